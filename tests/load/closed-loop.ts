import { gateway as contract } from '@samresa/contracts'
import type { Gateway } from '../product/gateway-client.ts'
import type { LoadReport } from './reports.ts'

export interface SentReport extends LoadReport {
  sentAt: number
  answeredAt: number
  correlationId: string
}

export interface LoopResult {
  reports: SentReport[]
  milliseconds: number
}

/** Keeps so many reports in flight for this long. Rejects when one is not accepted. */
export async function reportFor(
  gateway: Gateway,
  next: () => LoadReport,
  { inFlight, milliseconds }: { inFlight: number; milliseconds: number },
): Promise<LoopResult> {
  const reports: SentReport[] = []
  const started = performance.now()
  const worker = async () => {
    while (performance.now() - started < milliseconds) reports.push(await sendReport(gateway, next()))
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  return { reports, milliseconds: performance.now() - started }
}

export async function sendReport(gateway: Gateway, report: LoadReport): Promise<SentReport> {
  const sentAt = performance.now()
  const receipt = await gateway.reportMeasure(report.request)
  if (receipt.result !== contract.Result.ACCEPTED) throw new Error(`a report was refused: ${receipt.code} ${receipt.field}`)
  return { ...report, sentAt, answeredAt: performance.now(), correlationId: receipt.correlationId }
}

/** Sends a report every 1/perSecond s, whether or not earlier ones were answered. */
export async function reportSteadily(
  gateway: Gateway,
  next: () => LoadReport,
  { perSecond, milliseconds }: { perSecond: number; milliseconds: number },
): Promise<SentReport[]> {
  const sending: Promise<SentReport>[] = []
  await new Promise<void>((done) => {
    const started = performance.now()
    const tick = setInterval(() => {
      const elapsed = performance.now() - started
      if (elapsed > milliseconds) {
        clearInterval(tick)
        done()
        return
      }
      while (sending.length < (elapsed / 1000) * perSecond) sending.push(sendReport(gateway, next()))
    }, 1)
  })
  return await Promise.all(sending)
}
