import { useMemo } from 'react'
import type { DeviceView } from '../../../preload/contract/view.ts'
import { useBoard } from '../../app/bench-context.ts'

/** Phones with a place on the board, in the order of their slots. Strangers have none: they stand in the strip until claimed. */
export function listedOf(devices: ReadonlyMap<string, DeviceView>): DeviceView[] {
  return [...devices.values()].filter((device) => device.listed && device.slot > 0).sort((a, b) => a.slot - b.slot)
}

export function useListed(): readonly DeviceView[] {
  const devices = useBoard((board) => board.devices)
  return useMemo(() => listedOf(devices), [devices])
}

export function useAllDevices(): readonly DeviceView[] {
  const devices = useBoard((board) => board.devices)
  return useMemo(() => [...devices.values()], [devices])
}
