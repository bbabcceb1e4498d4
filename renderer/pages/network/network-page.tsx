import page from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { network as words } from '../../words/network.ts'
import { AddressesSection, AnswerSection, RelaysSection, ReservationsSection } from './addresses.tsx'
import { saidBy } from './draft.ts'
import { NetworkBar } from './network-bar.tsx'
import classes from './network.module.css'
import { ClassesSection, OptionsSection } from './options.tsx'
import { NamesSection, QuotasSection, ServicesSection, StartedSection } from './services.tsx'
import { type NetworkForm, useNetwork } from './use-network.ts'

/** Everything a person sets about DHCP and the other services; the bench says at each field what is wrong, and of each change when it holds. */
export function NetworkPage() {
  const loaded = useNetwork()
  return (
    <main className={classes.page} aria-label={words.title}>
      {loaded.state === 'loading' && <p className={page.quiet}>{words.loading}</p>}
      {loaded.state === 'refused' && <RefusedSaid refused={loaded.refused} />}
      {loaded.state === 'ready' && <Loaded form={loaded.form} />}
    </main>
  )
}

function Loaded({ form }: { form: NetworkForm }) {
  const { inForce } = form.view
  const file = saidBy(form.view, 'dhcp')
  return (
    <>
      <div className={classes.scroll}>
        <h1 className={page.title}>{words.title}</h1>
        <p className={page.lead}>
          {words.lead}{' '}
          {inForce === null
            ? words.notServed
            : words.served(`${inForce.pool}${inForce.interface === null ? '' : ` on ${inForce.interface}`}`, inForce.url)}
        </p>
        {file !== null && (
          <Said meaning="hand" message={words.saidAll(file)} hint={form.view.said.find(({ by }) => by === file)?.hint ?? null} />
        )}
        <div className={classes.columns}>
          <AnswerSection form={form} />
          <AddressesSection form={form} />
          <ServicesSection form={form} />
          <OptionsSection form={form} />
          <ClassesSection form={form} />
          <ReservationsSection form={form} />
          <RelaysSection form={form} />
          <NamesSection form={form} />
          <QuotasSection form={form} />
          <StartedSection form={form} />
        </div>
      </div>
      <NetworkBar form={form} />
    </>
  )
}
