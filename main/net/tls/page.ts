/** What the page about the authority says; everything in it is text, never markup. */
export type AuthorityFacts = {
  fingerprint: string
  endsAt: number
  httpUrl: string
  /** null while HTTPS is not served. */
  httpsUrl: string | null
  /** What phones are told to fetch. */
  tells: 'http' | 'https'
  allowsOld: boolean
  families: readonly AuthorityFamily[]
}

/** `trusts` as the endpoint pack says; `setting`: a setting of the pack takes URLs of authorities (`security.trustedCertificates`). */
export type AuthorityFamily = { name: string; trusts: 'yes' | 'no' | 'unknown'; setting: string | null }

/** One screen, no script, nothing fetched: it has to open on a phone's browser, too. */
export function authorityPage(facts: AuthorityFacts): string {
  const { allowsOld, endsAt, fingerprint, httpUrl, httpsUrl, tells } = facts
  const pem = `${httpUrl}authority.crt`
  const rows = groups(facts.families).map(
    ({ names, words }) => `<tr><td>${names.map(escaped).join('<br>')}<td>${words.map(escaped).join(' ')}`,
  )
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Option66 bench authority</title>
<style>body{font:15px/1.45 system-ui,sans-serif;max-width:62rem;margin:1.2rem auto;padding:0 1rem;color:#1b1b1b}h1{font-size:1.3rem;margin:0}h2{font-size:1rem;margin:.9rem 0 .2rem}p{margin:.3rem 0}code{font-size:.9em;word-break:break-all}table{border-collapse:collapse}td{border-top:1px solid #ccc;padding:.25rem .8rem .25rem 0;vertical-align:top}</style>
<h1>Certificate authority of this bench</h1>
<p><a href="/authority.crt">authority.crt</a> (PEM) · <a href="/authority.cer">authority.cer</a> (DER) · valid until ${new Date(endsAt).toISOString().slice(0, 10)}
<p>SHA-256 <code>${escaped(fingerprint)}</code>
<p>${httpsUrl === null ? 'HTTPS is not served now.' : `HTTPS: <code>${escaped(httpsUrl)}</code>${allowsOld ? ', with TLS 1.0 and 1.1 (--old-tls)' : ', TLS 1.2 and newer'}.`} ${TELLS[tells]}
<p><b>Take it off again before a phone ships</b> (a reset to factory settings does): a phone that trusts this authority trusts whoever holds this bench.
<h2>On a phone</h2>
<table>${rows.join('\n')}</table>
<p>A phone judges a certificate by its own clock; this one holds from 1970 on, so a phone without the time takes it, too.
<h2>On a computer</h2>
<p><code>curl -O ${escaped(pem)}</code> and then <code>curl --cacert authority.crt ${escaped(httpsUrl ?? 'https://…')}</code>
</html>
`
}

const TELLS: Readonly<Record<AuthorityFacts['tells'], string>> = {
  http: 'Phones are told http, for most do not trust an authority of ours: on this closed LAN nothing needs to be done here.',
  https: 'Phones are told https (--phone-scheme https): one that does not trust this authority fetches nothing.',
}

/** Families of which the same is to be said stand together. */
function groups(families: readonly AuthorityFamily[]): { names: string[]; words: string[] }[] {
  const found = new Map<string, { names: string[]; words: string[] }>()
  for (const family of families) {
    const words = wordsFor(family)
    const key = words.join(' ')
    const group = found.get(key)
    if (group === undefined) found.set(key, { names: [family.name], words })
    else group.names.push(family.name)
  }
  const all = [...found.values()].map(({ names, words }) => ({ names: names.length > 6 ? [names.join(', ')] : names, words }))
  return all.length === 0 ? [{ names: ['No endpoint pack is loaded'], words: [] }] : all
}

function wordsFor({ setting, trusts }: AuthorityFamily): string[] {
  const how =
    setting === null
      ? 'In the phone’s own web page, where it lists trusted certificates, load authority.crt (some want authority.cer).'
      : `Set ${setting} to the address of authority.crt, over HTTP first: the phone fetches it with its configuration.`
  switch (trusts) {
    case 'yes':
      return ['Takes an authority of ours.', how]
    case 'no':
      return ['Takes none: it stays on HTTP.']
    case 'unknown':
      return ['Not tried on hardware.', how, 'Where it offers no such place, leave it on HTTP.']
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`)
}
