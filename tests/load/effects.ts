import type { Product } from '../product/instance.ts'
import type { LoadPerson } from '../product/load-people.ts'
import type { Page } from '../product/rest-client.ts'
import { waitUntil } from '../product/wait-until.ts'
import type { SentReport } from './closed-loop.ts'
import type { Deliveries } from './deliveries.ts'

const sampledPeople = 8
const sampledTraces = 4
const giveUpAfterMs = 60_000

/** Rows on the timelines of a few people, so that growth can be compared with what was reported. */
export async function timelineTotals(product: Product, people: LoadPerson[]): Promise<Map<LoadPerson, number>> {
  const sample = people.filter((_, index) => index % Math.ceil(people.length / sampledPeople) === 0)
  const totals = await Promise.all(sample.map((person) => timelineTotal(product, person)))
  return new Map(sample.map((person, index) => [person, totals[index]!]))
}

const timelineTotal = async (product: Product, { participantId }: LoadPerson): Promise<number> =>
  (await product.rest('scenario').get<Page<unknown>>('journey', `/v1/participants/${participantId}/timeline?limit=1`)).total

/** A report makes a row for the measure, one for its deviation from the plan, and one for its clash. */
export const rowsOf = ({ clashes }: SentReport): number => (clashes ? 3 : 2)

/**
 * Waits until every effect of the reports is done: each delivered to the subscriber, each clash told, the sampled timelines complete, the
 * last reports traced through all four steps. Answers with the milliseconds since the last receipt.
 */
export async function effectsDone(
  product: Product,
  reports: SentReport[],
  { deliveries, before }: { deliveries: Deliveries; before: Map<LoadPerson, number> },
): Promise<number> {
  const lastAnswer = Math.max(...reports.map(({ answeredAt }) => answeredAt))
  const clashing = reports.filter(({ clashes }) => clashes)
  await waitUntil(
    'every report is delivered, with its clash',
    () => {
      deliveries.check()
      const delivered = reports.every(({ correlationId }) => deliveries.measures.has(correlationId))
      return delivered && clashing.every(({ correlationId }) => deliveries.overlaps.has(correlationId))
    },
    giveUpAfterMs,
  )
  await Promise.all([timelinesComplete(product, reports, before), tracesComplete(product, reports.slice(-sampledTraces))])
  return Math.max(performance.now() - lastAnswer, 0)
}

async function timelinesComplete(product: Product, reports: SentReport[], before: Map<LoadPerson, number>): Promise<void> {
  await Promise.all(
    [...before].map(([person, total]) => {
      const expected = total + reports.filter((report) => report.person === person).reduce((sum, report) => sum + rowsOf(report), 0)
      return waitUntil('a timeline has every row', async () => (await timelineTotal(product, person)) === expected, giveUpAfterMs)
    }),
  )
}

async function tracesComplete(product: Product, reports: SentReport[]): Promise<void> {
  await Promise.all(
    reports.map(({ correlationId }) =>
      waitUntil(
        'a report is traced through all four steps',
        async () => {
          const answer = await product.rest('auditor').call<Page<{ step: string }>>('GET', 'audit', `/v1/traces/${correlationId}?limit=200`)
          return answer.status === 200 && new Set(answer.body.items.map(({ step }) => step)).size === 4
        },
        giveUpAfterMs,
      ),
    ),
  )
}
