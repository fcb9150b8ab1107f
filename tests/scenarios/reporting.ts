import { gateway as contract } from '@samresa/contracts'
import type { Product } from '../product/instance.ts'
import { decidedAt, type measureMessage } from './messages.ts'

/** `grpc`: agencies with a system of their own use it; `rest`: every report comes on the agency's behalf. */
export type Reporting = 'grpc' | 'rest'

export interface OutgoingReport {
  personalNumber: string
  owner: string
  measure: ReturnType<typeof measureMessage>
  version: number
  /** YYYY-MM-DD */
  date: string
}

/** A report whose receipt is no acceptance; the message names the code and the field. */
export class ReportRefusal extends Error {
  override name = 'ReportRefusal'
}

/** Sends a report as its owner, or on the owner's behalf, and answers with the measure's id. Rejects with ReportRefusal when it is not accepted. */
export type SendReport = (report: OutgoingReport) => Promise<string>

interface RestReceipt {
  receipt: { result: string; code?: string; field?: string; measureId?: string }
}

const systems: Record<string, string> = { AF: 'af-system', FK: 'fk-system' }

export function sendReportBy(product: Product, reporting: Reporting): SendReport {
  return async (report) => {
    const system = systems[report.owner]
    return system === undefined || reporting === 'rest' ? await overRest(product, report) : await overGrpc(product, system, report)
  }
}

const messageIdOf = ({ measure, version }: OutgoingReport): string => `${measure.ref}-v${version}`

async function overGrpc(product: Product, system: string, report: OutgoingReport): Promise<string> {
  const receipt = await product.gateway(system).reportMeasure({
    messageId: messageIdOf(report),
    person: { case: 'personalNumber', value: report.personalNumber },
    measure: { ...report.measure, version: BigInt(report.version) },
    decidedAt: decidedAt(report.date),
    channel: contract.Channel.GRPC,
  })
  return acceptedId(receipt.result === contract.Result.REJECTED, receipt)
}

async function overRest(product: Product, report: OutgoingReport): Promise<string> {
  const { receipt } = await product.rest('anna').post<RestReceipt>('agency-sync', '/v1/reports', {
    agency: report.owner,
    messageId: messageIdOf(report),
    personalNumber: report.personalNumber,
    measure: { ...report.measure, version: String(report.version) },
    decidedAt: decidedAt(report.date),
    channel: 'REST',
  })
  return acceptedId(receipt.result === 'REJECTED', receipt)
}

function acceptedId(rejected: boolean, receipt: { code?: string; field?: string; measureId?: string }): string {
  if (rejected) throw new ReportRefusal(`the report was refused with ${receipt.code ?? 'no code'} ${receipt.field ?? ''}`)
  if (receipt.measureId === undefined || receipt.measureId === '') throw new Error('the receipt names no measure')
  return receipt.measureId
}
