import { useEffect, useRef, useState } from 'react'
import { useBench } from '../app/bench-context.ts'
import { sound } from '../words/sound.ts'
import { keepSound, newlyHeld, playHeld, readSound } from './held-sound.ts'

/** Rings when a phone is newly held, on whatever page; and the switch for it. */
export function SoundSwitch({ className }: { className?: string | undefined }) {
  const { board } = useBench()
  const [isOn, setOn] = useState(() => readSound(localStorage))
  const wanted = useRef(isOn)
  wanted.current = isOn

  useEffect(() => {
    let before: ReadonlyMap<string, string> | null = null
    let seen: unknown = null
    const look = () => {
      const { devices, line } = board.getState()
      // What was true before the line was cut is no news; the first whole picture is none either.
      if (line.state !== 'live' || devices === seen) return
      seen = devices
      const { fresh, now } = newlyHeld(
        before,
        [...devices.values()].map((device) => ({ mac: device.mac, state: device.state, code: device.reason?.code ?? null })),
      )
      before = now
      if (fresh.length > 0 && wanted.current) playHeld()
    }
    look()
    return board.subscribe(look)
  }, [board])

  const toggle = () => {
    keepSound(localStorage, !isOn)
    setOn(!isOn)
    if (!isOn) playHeld()
  }
  return (
    <button type="button" className={className} aria-pressed={isOn} title={sound.help} onClick={toggle}>
      {isOn ? sound.on : sound.off}
    </button>
  )
}
