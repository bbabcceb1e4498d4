import { Tabs } from '@mantine/core'
import { compare as words } from '../../words/library.ts'
import { useCatalogue } from '../settings/use-catalogue.ts'
import { CompareDevice } from './compare-device.tsx'
import { CompareProfiles } from './compare-profiles.tsx'
import classes from './compare.module.css'

/** Two profiles beside each other; one phone under another profile; one phone with other firmware. */
export function ComparePage() {
  const catalogue = useCatalogue()
  return (
    <main className={classes.page} aria-label={words.title}>
      <h1 className={classes.title}>{words.title}</h1>
      <p className={classes.lead}>{words.lead}</p>
      {catalogue.isLoaded && catalogue.profiles.length === 0 && <p>{words.none}</p>}
      <Tabs defaultValue="profiles" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="profiles">{words.tabs.profiles}</Tabs.Tab>
          <Tabs.Tab value="device">{words.tabs.device}</Tabs.Tab>
          <Tabs.Tab value="firmware">{words.tabs.firmware}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="profiles" pt="md">
          <CompareProfiles catalogue={catalogue} />
        </Tabs.Panel>
        <Tabs.Panel value="device" pt="md">
          <CompareDevice catalogue={catalogue} by="profile" />
        </Tabs.Panel>
        <Tabs.Panel value="firmware" pt="md">
          <CompareDevice catalogue={catalogue} by="firmware" />
        </Tabs.Panel>
      </Tabs>
    </main>
  )
}
