/** The answer of a look at the machine, or `late` when it takes longer than this. A look that fails counts as late: what cannot be found out is no reason to stop. */
export async function within<T>(ms: number, look: (signal: AbortSignal) => Promise<T>, late: T): Promise<T> {
  const leave = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, ms, late)
  })
  try {
    return await Promise.race([look(leave.signal).catch(() => late), deadline])
  } finally {
    clearTimeout(timer)
    leave.abort()
  }
}
