import { gateway as contract } from '@samresa/contracts'
import type { Gateway, Subscription } from './gateway-client.ts'
import type { Product } from './instance.ts'

/** The demo participant P2, whose plan AF breaks. */
export const yonasNumber = '197809032399'

export const yonasId = (product: Product): string => {
  const id = product.ready.demo?.participants.P2
  if (id === undefined) throw new Error('the instance has no demo participants: start it without --no-demo')
  return id
}

type ReportInit = Parameters<Gateway['reportMeasure']>[0]

/** AF's report of Rusta och matcha 2, as it comes first. */
export const matchingMeasure = {
  ref: 'M2.4',
  version: 1n,
  title: 'Rusta och matcha 2',
  areas: ['job'],
  place: 'STO',
  weekly: [{ days: ['MO', 'WE'], start: '09:00', end: '12:00' }],
  from: '2026-05-04',
  to: '2026-11-03',
  language: 'sv',
  delivery: 'on-site',
  purpose: 'Hitta arbete med stöd av en leverantör',
  leadsTo: 'Arbete',
}

export const matchingReport = {
  messageId: 'af-m2.4-v1',
  person: { case: 'personalNumber' as const, value: yonasNumber },
  measure: matchingMeasure,
  decidedAt: '2026-04-29T07:00:00Z',
  channel: contract.Channel.GRPC,
} satisfies ReportInit

export interface ProposedChange {
  measureId: string
  weekly?: { days: string[]; start: string; end: string }[]
  from?: string
  to?: string
}

/** "Friday 12–15", which leaves too little time to travel. */
export const clashingChange = (matchingId: string): ProposedChange => ({
  measureId: matchingId,
  weekly: [{ days: ['FR'], start: '12:00', end: '15:00' }],
  from: '2026-05-22',
  to: '2026-11-06',
})

/** The three ways out that the municipality proposes. */
export const alternatives = (matchingId: string, trainingId: string): { label: string; changes: ProposedChange[] }[] => [
  {
    label: 'A: fredagar 13–16',
    changes: [{ measureId: matchingId, weekly: [{ days: ['FR'], start: '13:00', end: '16:00' }], from: '2026-05-22', to: '2026-11-06' }],
  },
  { label: 'B: börja 31 augusti', changes: [{ measureId: matchingId, from: '2026-08-31' }] },
  { label: 'C: arbetsträningen slutar 30 april', changes: [{ measureId: trainingId, to: '2026-04-30' }] },
]

export interface RestConflict {
  id: string
  code: string
  severity: string
  state: string
  owner: { agency: string; text: { sv: string } }
  nextStep: { sv: string }
  measures: string[]
  occurrences?: { date: string; start: string; end: string }[]
  weeks?: { week: string; hours: number; capacity: number }[]
  explanation: { sv: string }
  untilDecided?: unknown
  detectedAt: string
  closed?: { at: string; recheckEventId?: string }
  correlationId: string
}

export interface RestPreview {
  caused: { code: string; measures: string[]; occurrences?: unknown[]; weeks?: unknown[]; explanation: unknown }[]
  cured: string[]
  remaining: { code: string; measures: string[] }[]
  hoursPerWeek: { week: string; hours: number; capacity?: number }[]
  sessionsLost: { measureId: string; sessions: number }[]
}

export interface RestProposal {
  id: string
  conflictId: string
  state: string
  options: { id: string; label: string; changes: ProposedChange[]; preview: RestPreview }[]
}

export interface RestPlan {
  participantId: string
  today: string
  measures: {
    measureId: string
    ref?: string
    owner?: string
    version?: string
    state?: string
    masked?: boolean
    title?: string
    place?: string
    weekly: { days: string[]; start: string; end: string }[]
    from: string
    to?: string
    history?: { version: string; weekly: unknown[]; from: string; to?: string }[]
  }[]
}

/** The plan's measure with this ref of the scenario file. */
export function measureOf(plan: RestPlan, ref: string): RestPlan['measures'][number] {
  const found = plan.measures.find((measure) => measure.ref === ref)
  if (found === undefined) throw new Error(`the plan has no measure ${ref}`)
  return found
}

/** The next message of the stream that `wanted` says yes to; those before it are passed over. */
export async function nextMessage(
  stream: AsyncIterator<contract.SubscribePlanChangesResponse>,
  wanted: (message: contract.SubscribePlanChangesResponse) => boolean,
): Promise<contract.SubscribePlanChangesResponse> {
  for (;;) {
    const { value, done } = await stream.next()
    if (done) throw new Error('the stream ended before the awaited message')
    if (wanted(value)) return value
  }
}

export const messagesOf = (subscription: Subscription): AsyncIterator<contract.SubscribePlanChangesResponse> =>
  subscription[Symbol.asyncIterator]()
