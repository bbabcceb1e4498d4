/** One call of a program's API: `POST <url>api/<name>`. Rejects with what the API says. */
export async function call<T>(target: { url: string; key: string }, name: string, body: unknown): Promise<T> {
  const response = await fetch(new URL(`api/${name}`, target.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${target.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${name}: ${response.status} ${text.slice(0, 500)}`)
  return JSON.parse(text) as T // the demo speaks to programs of this very build
}
