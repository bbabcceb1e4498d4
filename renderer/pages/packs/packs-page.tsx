export function PacksPage(_props: { id: string | null }) {
  return null
}
