import type { Lease, Offer, Quarantine } from './dhcp.ts'
import type { Ipv4 } from './ipv4.ts'
import type { Mac } from './mac.ts'
import { Table } from './table.ts'
import type { World } from './world.ts'

/** Who has a record of an address: running and resting leases, offers open and lapsed. Without asking every record. */
export type Held = {
  leasesAt(address: Ipv4): Iterable<Lease>
  offersAt(address: Ipv4): Iterable<Offer>
  /**
   * The lowest number of a range that `isFree` takes, where it takes none that has a record here. What was found to have one is not looked at again until a
   * record, or a quarantine, goes; `rule` names the rest of `isFree`, and must differ where that does.
   */
  lowest(range: { from: number; to: number }, rule: object, isFree: (number: number) => boolean): number | null
  hasRecord(address: Ipv4): boolean
}

/** One address → those who have it. Empty sets go. */
class Holders {
  readonly #macs = new Map<Ipv4, Set<Mac>>()

  change(mac: Mac, before: Ipv4 | undefined, after: Ipv4 | undefined): void {
    if (before === after) return
    const left = before === undefined ? undefined : this.#macs.get(before)
    left?.delete(mac)
    if (before !== undefined && left?.size === 0) this.#macs.delete(before)
    if (after === undefined) return
    const here = this.#macs.get(after)
    if (here === undefined) this.#macs.set(after, new Set([mac]))
    else here.add(mac)
  }

  at(address: Ipv4): ReadonlySet<Mac> {
    return this.#macs.get(address) ?? NOBODY
  }
}

const NOBODY: ReadonlySet<Mac> = new Set()

type Tables = Pick<World, 'lease' | 'offer' | 'quarantine'>

class Holdings implements Held {
  readonly #world: Tables
  readonly #leases = new Holders()
  readonly #offers = new Holders()
  /** By rule and range: below it every number has a record, or is refused by the rule. */
  #cursors = new WeakMap<object, Map<string, number>>()

  constructor(world: Tables) {
    this.#world = world
    for (const [mac, lease] of world.lease) this.#leases.change(mac, undefined, lease.address)
    for (const [mac, offer] of world.offer) this.#offers.change(mac, undefined, offer.address)
  }

  *leasesAt(address: Ipv4): Iterable<Lease> {
    for (const mac of this.#leases.at(address)) {
      const lease = this.#world.lease.get(mac)
      if (lease !== undefined) yield lease
    }
  }

  *offersAt(address: Ipv4): Iterable<Offer> {
    for (const mac of this.#offers.at(address)) {
      const offer = this.#world.offer.get(mac)
      if (offer !== undefined) yield offer
    }
  }

  hasRecord(address: Ipv4): boolean {
    return this.#leases.at(address).size > 0 || this.#offers.at(address).size > 0
  }

  lowest(range: { from: number; to: number }, rule: object, isFree: (number: number) => boolean): number | null {
    const cursors = this.#cursors.get(rule) ?? new Map<string, number>()
    this.#cursors.set(rule, cursors)
    const key = `${range.from}-${range.to}`
    let number = cursors.get(key) ?? range.from
    while (number <= range.to && !isFree(number)) number += 1
    cursors.set(key, number)
    return number <= range.to ? number : null
  }

  leaseChanged(mac: Mac, before: Lease | undefined, after: Lease | undefined): void {
    this.#leases.change(mac, before?.address, after?.address)
    if (before !== undefined && before.address !== after?.address) this.freed()
  }

  offerChanged(mac: Mac, before: Offer | undefined, after: Offer | undefined): void {
    this.#offers.change(mac, before?.address, after?.address)
    if (before !== undefined && before.address !== after?.address) this.freed()
  }

  /** Some number below a cursor may be free again: all begin anew, which costs one walk. */
  freed(): void {
    this.#cursors = new WeakMap()
  }
}

const kept = new WeakMap<World['lease'], { holdings: Holdings; offer: World['offer'] }>()

/**
 * Who holds which address. Built once for the tables of a running program and then kept up to date by each write, whoever writes; for plain maps it is made anew at
 * every call.
 */
export function heldIn(world: Tables): Held {
  const { lease, offer, quarantine } = world
  if (!(lease instanceof Table && offer instanceof Table)) return new Holdings(world)
  const known = kept.get(lease)
  // A quarantine that is only being tried (a copy of the table) frees nothing.
  if (known !== undefined && known.offer === offer) return known.holdings
  const holdings = new Holdings({ lease, offer, quarantine })
  lease.watch((mac, before: Lease | undefined, after: Lease | undefined) => holdings.leaseChanged(mac, before, after))
  offer.watch((mac, before: Offer | undefined, after: Offer | undefined) => holdings.offerChanged(mac, before, after))
  if (quarantine instanceof Table) quarantine.watch((_, __, after: Quarantine | undefined) => after === undefined && holdings.freed())
  kept.set(lease, { holdings, offer })
  return holdings
}
