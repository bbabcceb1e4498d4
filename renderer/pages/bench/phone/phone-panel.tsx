import { Tabs } from '@mantine/core'
import type { DeviceView } from '../../../../preload/contract/view.ts'
import { useMay } from '../../../app/use-me.ts'
import { useBoard } from '../../../app/bench-context.ts'
import { Elapsed } from '../../../parts/elapsed.tsx'
import { Panel } from '../../../parts/panel.tsx'
import { Said } from '../../../parts/said.tsx'
import { ShapeSign } from '../../../parts/shape.tsx'
import { detailOf, formatMac, isDone, nameOf, sightOf } from '../../../parts/sight.ts'
import { wordsOf } from '../../../words/refusals.ts'
import { stateWords, waitingMeans } from '../../../words/states.ts'
import { packetWords } from '../../../words/wire.ts'
import { tile, phone as words } from '../../../words/text.ts'
import { Acts } from './acts.tsx'
import { Claim, mayClaim } from './claim.tsx'
import { Facts } from './facts.tsx'
import { Files } from './files.tsx'
import classes from './phone.module.css'
import { Packets } from './packets.tsx'
import { Sip } from './sip.tsx'
import { SettingsList } from './settings-list.tsx'
import { Timeline } from './timeline.tsx'
import { usePhone } from './use-phone.ts'

/** One phone beside the board: what to do first, then what happened, what it is, why it is set so, and the files it gets. */
export function PhonePanel({ asksReason, mac, side }: { mac: string; side: 'left' | 'right'; asksReason: boolean }) {
  const device = useBoard((board) => board.devices.get(mac))
  const details = usePhone(mac, device?.updatedAt)
  const mayClaimPhones = useMay('devices.claim')
  const seesPackets = useMay('devices.packets')
  if (device === undefined) return null
  return (
    <Panel label={`${tile.slot(device.slot)}, ${nameOf(device)}`} side={side} head={<Head device={device} />}>
      <div className={classes.stack}>
        <WhatToDo device={device} />
        {mayClaimPhones && mayClaim(device) && <Claim device={device} />}
        {device.listed && <Acts device={device} asksReason={asksReason} />}
        <Sip device={device} details={details} />
        <Facts device={device} />
        <Tabs defaultValue="timeline" keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="timeline">{words.timeline}</Tabs.Tab>
            <Tabs.Tab value="settings">{words.settings}</Tabs.Tab>
            <Tabs.Tab value="files">{words.files}</Tabs.Tab>
            {seesPackets && <Tabs.Tab value="packets">{packetWords.tab}</Tabs.Tab>}
          </Tabs.List>
          <Tabs.Panel value="timeline" pt="md">
            <Timeline mac={mac} stored={details?.timeline ?? null} />
          </Tabs.Panel>
          <Tabs.Panel value="settings" pt="md">
            <SettingsList settings={details?.settings ?? null} />
          </Tabs.Panel>
          <Tabs.Panel value="files" pt="md">
            <Files device={device} />
          </Tabs.Panel>
          {seesPackets && (
            <Tabs.Panel value="packets" pt="md">
              <Packets mac={mac} />
            </Tabs.Panel>
          )}
        </Tabs>
      </div>
    </Panel>
  )
}

function Head({ device }: { device: DeviceView }) {
  const { meaning, percent, shape, word } = sightOf(device)
  return (
    <div className={classes.head} data-meaning={meaning}>
      <span className={classes.slot}>{device.slot === 0 ? '+' : device.slot}</span>
      <div className={classes.who}>
        <h2>{nameOf(device)}</h2>
        <span className={classes.detail}>{detailOf(device) || formatMac(device.mac)}</span>
      </div>
      <span className={classes.state}>
        <ShapeSign shape={shape} className={classes.shape} />
        <span>
          <b>
            {word}
            {percent !== null && ` ${percent} %`}
          </b>
          {device.sinceAt !== null && !isDone(device) && <Elapsed since={Date.parse(device.sinceAt)} className={classes.since} />}
        </span>
      </span>
    </div>
  )
}

/** The reason with its details, or what the bench waits for: in either case what the person should do. */
function WhatToDo({ device }: { device: DeviceView }) {
  const { meaning } = sightOf(device)
  const { reason, state, waitingFor } = device
  if (reason !== null && !isDone(device))
    return (
      <Said
        meaning={meaning === 'bad' ? 'bad' : 'hand'}
        message={reason.message || wordsOf(reason.code).title}
        hint={reason.hint || wordsOf(reason.code).next}
      />
    )
  if (state === 'upgrading')
    return (
      <Said
        meaning={meaning}
        message={sightOf(device).word}
        hint={sightOf(device).percent === null ? waitingMeans.flashing : stateWords.upgrading.means}
      />
    )
  if (waitingFor !== null && !isDone(device))
    return <Said meaning={meaning} message={sightOf(device).word} hint={waitingMeans[waitingFor]} />
  return <Said meaning={meaning} message={stateWords[state].word} hint={stateWords[state].means} />
}
