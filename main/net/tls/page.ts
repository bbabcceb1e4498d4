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
export type AuthorityFamily = { vendor: string; name: string; trusts: 'yes' | 'no' | 'unknown'; setting: string | null }

/** One screen, no script, nothing fetched: it has to open on a phone's browser, too. */
export function authorityPage(facts: AuthorityFacts): string {
  const { allowsOld, endsAt, fingerprint, httpUrl, httpsUrl, tells } = facts
  const pem = `${httpUrl}authority.crt`
  const rows = facts.families.length === 0 ? ['<tr><td>No endpoint pack is loaded'] : rowsOf(facts.families)
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Option66 bench authority</title>
<style>body{font:14px/1.35 system-ui,sans-serif;max-width:70rem;margin:.8rem auto;padding:0 1rem;color:#1b1b1b}h1{font-size:1.3rem;margin:0}h2{font-size:1rem;margin:.9rem 0 .2rem}p{margin:.3rem 0}code{font-size:.9em;word-break:break-all}table{border-collapse:collapse}td{border-top:1px solid #ccc;padding:.1rem .8rem .1rem 0;vertical-align:top}td:last-child{white-space:nowrap}</style>
<h1>Certificate authority of this bench</h1>
<p><a href="/authority.crt">authority.crt</a> (PEM) · <a href="/authority.cer">authority.cer</a> (DER) · valid until ${new Date(endsAt).toISOString().slice(0, 10)}
<p>SHA-256 <code>${escaped(fingerprint)}</code>
<p>${httpsUrl === null ? 'HTTPS is not served now.' : `HTTPS: <code>${escaped(httpsUrl)}</code>${allowsOld ? ', with TLS 1.0 and 1.1' : ', TLS 1.2 and newer'}.`} ${TELLS[tells]}
<p><b>Take it off again before a phone ships</b>: a phone that trusts this authority trusts whoever holds this bench.
<h2>On a phone</h2>
<table>${rows.join('\n')}</table>
${howOf(facts.families)
  .map((words) => `<p>${words}`)
  .join('\n')}
<p>A phone judges certificates by its own clock; these hold from 1970 on, so a phone that does not know the time takes them, too.
<h2>On a computer</h2>
<p><code>curl -O ${escaped(pem)}</code> and then <code>curl --cacert authority.crt ${escaped(httpsUrl ?? 'https://…')}</code>
</html>
`
}

const TELLS: Readonly<Record<AuthorityFacts['tells'], string>> = {
  http: 'Phones are told http, for most do not trust an authority of ours: on this closed LAN nothing needs to be done here.',
  https: 'Phones are told https: one that does not trust this authority fetches nothing.',
}

const TRUSTS: Readonly<Record<AuthorityFamily['trusts'], string>> = {
  yes: 'takes it',
  no: 'takes none: leave it on HTTP',
  unknown: 'not tried on hardware',
}

/** A row for what is to be said of families of one vendor. */
function rowsOf(families: readonly AuthorityFamily[]): string[] {
  const rows = new Map<string, { vendor: string; trusts: AuthorityFamily['trusts']; names: string[] }>()
  for (const { name, trusts, vendor } of families) {
    const row = rows.get(`${vendor} ${trusts}`) ?? { vendor, trusts, names: [] }
    row.names.push(name.startsWith(`${vendor} `) ? name.slice(vendor.length + 1) : name)
    rows.set(`${vendor} ${trusts}`, row)
  }
  return [...rows.values()].map(
    ({ names, trusts, vendor }) => `<tr><td>${escaped(vendor)}<td>${escaped(names.join(' · '))}<td>${escaped(TRUSTS[trusts])}`,
  )
}

/** How it gets onto a phone, as far as the endpoint packs know: none of it is guessed. */
function howOf(families: readonly AuthorityFamily[]): string[] {
  const open = families.filter(({ trusts }) => trusts !== 'no')
  const bySetting = open.filter(({ setting }) => setting !== null)
  const setting = bySetting[0]?.setting ?? null
  return [
    ...(open.length > bySetting.length
      ? [
          'By hand: in the phone’s own web page, where it lists trusted certificates, load authority.crt (some want authority.cer). Where it has no such place, leave it on HTTP.',
        ]
      : []),
    ...(setting === null
      ? []
      : [
          `With its configuration, over HTTP first: ${escaped([...new Set(bySetting.map(({ vendor }) => vendor))].join(', '))} fetch the addresses in the setting <code>${escaped(setting)}</code>.`,
        ]),
  ]
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`)
}
