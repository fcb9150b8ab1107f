/**
 * Sends one thing after another at a steady pace until the signal, whether or not earlier ones were answered: `send` is told when its turn
 * was, so that waiting for a busy sender counts too. Ends at the first failure, and rejects with it.
 */
export async function atPace<T>(
  send: (dueAt: number) => Promise<T>,
  { perSecond, signal }: { perSecond: number; signal: AbortSignal },
): Promise<T[]> {
  const sending: Promise<T>[] = []
  let failed = false
  const began = performance.now()
  const nextDueAt = () => began + (sending.length * 1000) / perSecond
  await new Promise<void>((done) => {
    const tick = setInterval(() => {
      const now = performance.now()
      while (nextDueAt() <= now) {
        const sent = send(nextDueAt())
        sent.catch(() => {
          failed = true
        })
        sending.push(sent)
      }
      if (!signal.aborted && !failed) return
      clearInterval(tick)
      done()
    }, 1)
  })
  return await Promise.all(sending)
}
