import { setTimeout as pause } from 'node:timers/promises'
import { gateway as contract } from '@samresa/contracts'
import type { Gateway } from '../../product/gateway-client.ts'
import type { Product } from '../../product/instance.ts'
import type { LoadPerson } from '../../product/load-people.ts'
import { waitUntil } from '../../product/wait-until.ts'
import type { SentReport } from '../closed-loop.ts'
import { atPace } from '../open-loop.ts'
import { createReports, type LoadReport } from '../reports.ts'
import { rounded } from '../statistics.ts'
import { followPeople } from './followed-people.ts'

export interface Stalls {
  /** The longest that a report waited for its receipt, from when it was due. */
  receiptMs: number
  /** The longest that a report waited for its row on an open timeline, from when it was due. */
  rowMs: number
  /** The longest time in which no row came at all. */
  gapMs: number
}

const perSecond = 20
const beforeMs = 3_000
const againAfterMs = 100
const answerWithinMs = 5_000
const healsWithinMs = 120_000

/** Reports about followed people at a steady pace while something happens to the servers; an agency repeats what got no answer. */
export async function stallsDuring(
  product: Product,
  people: LoadPerson[],
  { prefix, disturb }: { prefix: string; disturb: () => Promise<void> },
): Promise<Stalls> {
  const timelines = await followPeople(product, people)
  const [gateway, next] = [product.gateway('af-system'), createReports(people, prefix)]
  const done = new AbortController()
  try {
    const sending = atPace((dueAt) => insist(gateway, next(), dueAt), { perSecond, signal: done.signal })
    sending.catch(() => undefined)
    await pause(beforeMs)
    await disturb()
    done.abort()
    const sent = await sending
    const { arrivals } = timelines
    await waitUntil('every report is on its timeline', () => sent.every(({ correlationId }) => arrivals.has(correlationId)), healsWithinMs)
    const shown = [...arrivals.values()].sort((a, b) => a - b)
    return {
      receiptMs: longest(sent.map(({ sentAt, answeredAt }) => answeredAt - sentAt)),
      rowMs: longest(sent.map(({ correlationId, sentAt }) => arrivals.get(correlationId)! - sentAt)),
      gapMs: longest(shown.slice(1).map((at, index) => at - shown[index]!)),
    }
  } finally {
    done.abort()
    timelines.close()
  }
}

const longest = (milliseconds: number[]): number => rounded(Math.max(...milliseconds))

/** The same report again until it has its receipt. */
async function insist(gateway: Gateway, report: LoadReport, sentAt: number): Promise<SentReport> {
  for (;;) {
    try {
      const receipt = await gateway.reportMeasure(report.request, { deadlineMs: answerWithinMs })
      if (receipt.result !== contract.Result.ACCEPTED) throw new Error(`a report was refused: ${receipt.code} ${receipt.field}`)
      return { ...report, sentAt, answeredAt: performance.now(), correlationId: receipt.correlationId }
    } catch (error) {
      if (!isPassing(error)) throw error
      await pause(againAfterMs)
    }
  }
}

/** RST_STREAM: the connection was lost under the call. */
const passing = ['DEADLINE_EXCEEDED', 'UNAVAILABLE', 'ABORTED', 'RESOURCE_EXHAUSTED', 'RST_STREAM']
const isPassing = (error: unknown): boolean => passing.some((name) => (error as Error).message.includes(name))
