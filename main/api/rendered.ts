import type { Device } from '../core/model/device.ts'
import type { PackFile, Stage } from '../core/model/pack.ts'
import type { World } from '../core/model/world.ts'
import { fillPattern } from '../core/pack/pattern.ts'
import { maskSecrets } from '../core/render/mask.ts'
import { renderFile } from '../core/render/render.ts'
import { packOf } from '../core/pack/pack-of.ts'

/** The files a phone would get at its next fetch, as text with every secret masked. Empty while no endpoint pack claims the phone. */
export function renderedFiles(device: Device, world: World, only: string | undefined): { name: string; text: string }[] {
  const pack = packOf(device, world)
  if (pack === undefined) return []
  const model = pack.models[device.model ?? device.expectedModel ?? '']
  const values = {
    mac: device.mac,
    MAC: device.mac.toUpperCase(),
    'mac:': device.mac,
    model: model?.name ?? '',
    code: model?.code ?? '',
    part: model?.part ?? '',
  }
  const files: { name: string; text: string }[] = []
  for (const file of pack.files) {
    if (file.kind !== 'config') continue
    const name = fillPattern(file.path, values).replace(/^\//, '')
    if (only !== undefined && only !== name && only !== file.id) continue
    const rendered = renderFile({ pack, file, stage: stageNow(device, file, world), device, world, secretText: null })
    files.push({ name, text: rendered.ok ? maskSecrets(rendered.value, pack, device, world) : `# ${rendered.refusal.message}` })
  }
  return files
}

function stageNow(device: Device, file: PackFile, world: World): Stage {
  if (!file.secret || file.scope === 'common') return 'full'
  if (device.staging.readyAt !== null || world.site === 'central') return 'departure'
  return device.staging.token === 'proven' ? 'full' : 'first'
}
