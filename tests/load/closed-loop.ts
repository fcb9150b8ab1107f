import { gateway as contract } from '@samresa/contracts'
import type { Gateway } from '../product/gateway-client.ts'
import type { LoadReport } from './reports.ts'

export interface SentReport extends LoadReport {
  /** When it was sent, or was to be sent where a pace was asked for. */
  sentAt: number
  answeredAt: number
  correlationId: string
}

export interface LoopResult {
  reports: SentReport[]
  /** From the first report to the last answer. */
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

/** Rejects when it is not accepted. */
export async function sendReport(gateway: Gateway, report: LoadReport, sentAt = performance.now()): Promise<SentReport> {
  const receipt = await gateway.reportMeasure(report.request)
  if (receipt.result !== contract.Result.ACCEPTED) throw new Error(`a report was refused: ${receipt.code} ${receipt.field}`)
  return { ...report, sentAt, answeredAt: performance.now(), correlationId: receipt.correlationId }
}
