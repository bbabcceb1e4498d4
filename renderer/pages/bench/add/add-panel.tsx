import { Tabs } from '@mantine/core'
import { useUi } from '../../../app/bench-context.ts'
import { Panel } from '../../../parts/panel.tsx'
import { Said } from '../../../parts/said.tsx'
import { add as words } from '../../../words/text.ts'
import classes from './add.module.css'
import { AddCsv } from './add-csv.tsx'
import { AddOne } from './add-one.tsx'

/** Phones by hand, by CSV, or label after label: the scanner goes on working while this is open. */
export function AddPanel() {
  return (
    <Panel label={words.title} head={<h2>{words.title}</h2>}>
      <Tabs defaultValue="one" keepMounted>
        <Tabs.List>
          <Tabs.Tab value="one">{words.one}</Tabs.Tab>
          <Tabs.Tab value="csv">{words.csv}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="one" pt="md">
          <AddOne />
          <Scanned />
        </Tabs.Panel>
        <Tabs.Panel value="csv" pt="md">
          <AddCsv />
        </Tabs.Panel>
      </Tabs>
    </Panel>
  )
}

function Scanned() {
  const scans = useUi((ui) => ui.scans)
  if (scans.length === 0) return null
  return (
    <section className={classes.scanned}>
      <h3 className={classes.heading}>{words.scanned}</h3>
      {scans.map((scan) => (
        <Said key={scan.id} meaning={scan.ok ? 'good' : 'bad'} message={scan.message} hint={scan.ok ? scan.text : scan.hint} />
      ))}
    </section>
  )
}
