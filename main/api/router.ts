import { auditHandlers } from './audit.ts'
import { backupHandlers } from './backup.ts'
import { api } from './base.ts'
import { benchHandlers } from './bench.ts'
import { catalogueHandlers } from './catalogue.ts'
import { certificatesHandlers } from './certificates.ts'
import { devicesHandlers } from './devices.ts'
import { createDrillDesk, drillHandlers } from './drill.ts'
import { eventsHandler } from './events.ts'
import { firmwareHandlers } from './firmware.ts'
import { departmentsHandlers, groupsHandlers } from './groups.ts'
import { linesHandlers } from './lines.ts'
import { guarding } from './guarding.ts'
import { networkHandlers } from './network.ts'
import { ordersHandlers } from './orders.ts'
import { packsHandlers } from './packs.ts'
import type { ApiParts } from './parts.ts'
import { peopleHandlers } from './people.ts'
import { profilesHandlers } from './profiles.ts'
import { settingsHandlers } from './settings.ts'
import { settled } from './settled.ts'
import { syncHandlers } from './sync.ts'

/** The whole contract, answered by one bench. Every door serves this same router. */
export function createRouter(parts: ApiParts) {
  const drill = createDrillDesk(parts)
  return api
    .use(settled(parts))
    .use(guarding(parts))
    .router({
      bench: benchHandlers(parts),
      devices: devicesHandlers(parts),
      settings: settingsHandlers(parts),
      catalogue: catalogueHandlers(parts),
      profiles: profilesHandlers(parts),
      groups: groupsHandlers(parts),
      departments: departmentsHandlers(parts),
      lines: linesHandlers(parts),
      packs: packsHandlers(parts),
      firmware: firmwareHandlers(parts),
      certificates: certificatesHandlers(parts),
      network: networkHandlers(parts),
      orders: ordersHandlers(parts, drill),
      sync: syncHandlers(parts),
      audit: auditHandlers(parts),
      backup: backupHandlers(parts),
      drill: drillHandlers(drill),
      people: peopleHandlers(parts),
      events: eventsHandler(parts),
    })
}

export type Router = ReturnType<typeof createRouter>
