/** Where a person opens the board; the key rides in the fragment, which browsers never send. */
export function boardAddress(bench: { url: string; key: string }): string {
  return `${bench.url}#key=${bench.key}`
}
