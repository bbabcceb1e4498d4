import { useMay } from '../../app/use-me.ts'
import page from '../../parts/page.module.css'
import { securityWords as words } from '../../words/security.ts'
import { AuthoritiesPart } from './authorities-part.tsx'
import { BackupPart } from './backup-part.tsx'
import { ProfilesPart } from './profiles-part.tsx'

/** Which certificates count, when tokens are replaced, and the bench as one file. */
export function SecurityPage() {
  const mayBackUp = useMay('backup.list')
  return (
    <main className={page.page} aria-label={words.title}>
      <h1 className={page.title}>{words.title}</h1>
      <p className={page.lead}>{words.lead}</p>
      <AuthoritiesPart />
      <ProfilesPart />
      {mayBackUp && <BackupPart />}
    </main>
  )
}
