import type { SentReport } from './closed-loop.ts'

/**
 * Sends one report after another at a steady pace until the signal, whether or not earlier ones were answered: `send` is told when its
 * report is due, so that waiting for a busy sender counts too. Ends at the first failure, and rejects with it.
 */
export async function reportSteadily(
  send: (dueAt: number) => Promise<SentReport>,
  { perSecond, signal }: { perSecond: number; signal: AbortSignal },
): Promise<SentReport[]> {
  const sending: Promise<SentReport>[] = []
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
