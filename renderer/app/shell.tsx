import { AddPanel } from '../pages/bench/add/add-panel.tsx'
import { BenchPage } from '../pages/bench/bench-page.tsx'
import { Header } from '../pages/bench/header.tsx'
import { InterfacePanel } from '../pages/bench/interface-panel.tsx'
import { PhonePanel } from '../pages/bench/phone/phone-panel.tsx'
import { ProblemPanel } from '../pages/bench/problem-panel.tsx'
import { ComparePage } from '../pages/compare/compare-page.tsx'
import { DrillPage } from '../pages/drill/drill-page.tsx'
import { StoragePage } from '../pages/storage/storage-page.tsx'
import { FirmwarePage } from '../pages/firmware/firmware-page.tsx'
import { NetworkPage } from '../pages/network/network-page.tsx'
import { OrdersPage } from '../pages/orders/orders-page.tsx'
import { PeoplePage } from '../pages/people/people-page.tsx'
import { PreflightPage } from '../pages/preflight/preflight-page.tsx'
import { PacksPage } from '../pages/packs/packs-page.tsx'
import { SecurityPage } from '../pages/security/security-page.tsx'
import { SettingsPage } from '../pages/settings/settings-page.tsx'
import { line as lineWords } from '../words/text.ts'
import { useUi } from './bench-context.ts'
import { Rail } from './rail.tsx'
import classes from './shell.module.css'

/** What is the same on every page: who serves whom and the scanner above, the way to the other pages on the left, and what stands beside. */
export function Shell({ isFirst }: { isFirst: boolean }) {
  return (
    <div className={classes.shell}>
      <Header />
      {isFirst ? (
        <p className={classes.first}>{lineWords.first}</p>
      ) : (
        <div className={classes.below}>
          <Rail />
          <div className={classes.stage}>
            <Page />
            <Side />
          </div>
        </div>
      )}
    </div>
  )
}

function Page() {
  const route = useUi((ui) => ui.route)
  switch (route.page) {
    case 'bench':
      return <BenchPage />
    case 'settings':
      return <SettingsPage layer={route.layer} menu={route.menu} />
    case 'compare':
      return <ComparePage />
    case 'packs':
      return <PacksPage id={route.id} />
    case 'firmware':
      return <FirmwarePage />
    case 'orders':
      return <OrdersPage id={route.id} />
    case 'network':
      return <NetworkPage />
    case 'storage':
      return <StoragePage />
    case 'security':
      return <SecurityPage />
    case 'drill':
      return <DrillPage />
    case 'people':
      return <PeoplePage />
    case 'preflight':
      return <PreflightPage />
  }
}

function Side() {
  const panel = useUi((ui) => ui.panel)
  if (panel === null) return null
  switch (panel.kind) {
    case 'phone':
      return <PhonePanel key={panel.mac} mac={panel.mac} side={panel.side} asksReason={panel.asksReason} />
    case 'add':
      return <AddPanel />
    case 'problems':
      return <ProblemPanel only={panel.key} />
    case 'interfaces':
      return <InterfacePanel refused={panel.refused} />
  }
}
