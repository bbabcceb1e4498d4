import classes from '../../parts/page.module.css'
import { packs as words } from '../../words/library.ts'
import own from './packs.module.css'
import { PackVersion } from './pack-version.tsx'
import type { Listed } from './shapes.ts'

/** One family: its versions side by side with who has them, and its models. */
export function PackDetails({ onChanged, pack }: { pack: Listed; onChanged: () => void }) {
  return (
    <section aria-label={pack.name}>
      <h2 className={classes.part}>{pack.name}</h2>
      <p className={classes.lead}>
        <code>{pack.id}</code> · {words.kept}
      </p>
      <div className={classes.stack}>
        {[...pack.versions].reverse().map((version) => (
          <PackVersion key={version.version} pack={pack} version={version} onChanged={onChanged} />
        ))}
      </div>
      <h3 className={classes.part}>{words.models(pack.models.length)}</h3>
      <ul className={own.models}>
        {pack.modelDetails.map((model) => (
          <li key={model.name}>
            <b>{model.name}</b>
            <span>{words.facts(model.lines, model.keys, model.modules)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
