import type { Refused } from '../../client/refused.ts'
import { Panel } from '../../parts/panel.tsx'
import { chooser as words } from '../../words/text.ts'
import { InterfaceList } from './interface-list.tsx'

export function InterfacePanel({ refused }: { refused: Refused | null }) {
  return (
    <Panel label={words.title} head={<h2>{words.title}</h2>}>
      <p>{words.lead}</p>
      <InterfaceList given={refused} />
    </Panel>
  )
}
