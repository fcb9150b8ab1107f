import { gateway as contract } from '@samresa/contracts'
import type { Product } from '../product/instance.ts'
import { waitUntil } from '../product/wait-until.ts'
import {
  alternatives,
  clashingChange,
  matchingReport,
  measureOf,
  messagesOf,
  nextMessage,
  type RestConflict,
  type RestPlan,
  type RestPreview,
  type RestProposal,
  yonasId,
} from '../product/yonas.ts'

/** The story needs Yonas's plan as it is at first start. */
export class AlreadyPlayed extends Error {
  override name = 'AlreadyPlayed'
}

const open = (conflict: RestConflict) => !['VERIFIED', 'WITHDRAWN'].includes(conflict.state)

/** Plays the story of Yonas, step by step: each line tells what has just happened, and the next step begins when the next line is asked for. */
export async function* chapters(product: Product): AsyncGenerator<string> {
  const id = yonasId(product)
  const [anna, af] = [product.rest('anna'), product.gateway('af-system')]
  const conflicts = () => anna.all<RestConflict>('planning', `/v1/participants/${id}/conflicts`)
  const plan = () => anna.get<RestPlan>('planning', `/v1/participants/${id}/plan`)
  const conflictPath = (conflict: RestConflict, action: string) => `/v1/participants/${id}/conflicts/${conflict.id}/${action}`

  if ((await plan()).measures.some(({ ref }) => ref === 'M2.4')) {
    throw new AlreadyPlayed('Berättelsen har redan spelats här. Börja om med: npm start -- --reset')
  }
  yield `1. Annas sida om Yonas: ${product.ready.portal}/participants/${id} (logga in som anna). Planen är lugn.`

  const changes = messagesOf(await af.subscribe(''))
  const receipt = await af.reportMeasure(matchingReport)
  const again = await af.reportMeasure(matchingReport)
  yield `2. Arbetsförmedlingens system anmäler Rusta och matcha 2, måndagar och onsdagar 9–12, och får kvitto ${receipt.receiptId}.\n   Samma meddelande en gång till ger samma kvitto (${again.receiptId === receipt.receiptId ? 'ja' : 'nej'}) och ändrar ingenting.`

  const [overlap, deviation] = await waitUntil('a clash and a deviation', async () => {
    const found = (await conflicts()).filter(open)
    const pair = ['TIME_OVERLAP', 'PLAN_DEVIATION'].map((code) => found.find((conflict) => conflict.code === code))
    return pair[0] !== undefined && pair[1] !== undefined && ([pair[0], pair[1]] as const)
  })
  yield `3. Anna ser, utan att ladda om: ${overlap.explanation.sv}\n   och: ${deviation.explanation.sv}\n   Ansvarig: ${overlap.owner.text.sv}. Nästa steg: ${overlap.nextStep.sv}.`

  await anna.post('planning', conflictPath(overlap, 'acknowledge'), {})
  const { measureId: trainingId } = measureOf(await plan(), 'M2.1')
  const { measureId: matchingId } = measureOf(await plan(), 'M2.4')
  await anna.post('planning', conflictPath(overlap, 'until-decided'), {
    text: 'Gå till arbetsträningen som vanligt. Båda myndigheterna vet om det. Du gör inget fel.',
    attend: trainingId,
  })
  yield '   Anna bekräftar krocken och bestämmer vad Yonas ska göra tills vidare: gå till arbetsträningen som vanligt.'

  const preview = (list: unknown[]) => anna.post<RestPreview>('planning', `/v1/participants/${id}/proposals/preview`, { changes: list })
  const clashing = await preview([clashingChange(matchingId)])
  yield `4. Anna provar "fredagar 12–15": ${wordsOf(clashing)}`
  const options = alternatives(matchingId, trainingId)
  for (const option of options) yield `   Anna provar ${option.label}: ${wordsOf(await preview(option.changes))}`
  const proposal = await anna.post<RestProposal>('planning', `/v1/participants/${id}/proposals`, {
    conflictId: overlap.id,
    options,
    reason: 'Arbetsträningen och Rusta och matcha ligger på samma tider.',
  })
  yield '   Anna skickar A, B och C till Arbetsförmedlingen.'

  await nextMessage(changes, ({ type }) => type.endsWith('.ConflictDetected'))
  await nextMessage(changes, ({ type }) => type.endsWith('.ProposalSent'))
  yield '5. Arbetsförmedlingens system har fått krocken och förslaget på sin ström.'
  await af.respondToProposal({
    messageId: `af-answer-${proposal.id}`,
    proposalId: proposal.id,
    answer: contract.Answer.ACCEPT,
    optionId: proposal.options[0]?.id ?? '',
  })
  const closed = await waitUntil('the clash is closed by its re-check', async () =>
    (await conflicts()).find(({ id: one, state }) => one === overlap.id && state === 'VERIFIED'),
  )
  const moved = measureOf(await plan(), 'M2.4')
  yield `   Arbetsförmedlingen säger ja till A. Rusta och matcha 2 går nu ${moved.weekly.map(({ days, start, end }) => `${days.join(' ')} ${start}–${end}`).join(', ')}, ${moved.from} – ${moved.to}.\n   Krocken är löst och kontrollerad ${closed.closed?.at}.`
  yield `6. Revisorn följer Arbetsförmedlingens anrop: ${product.ready.portal}/traces/${receipt.correlationId} (logga in som auditor). Beviset prövas med: npm run audit:verify`
}

function wordsOf({ caused, cured, remaining }: RestPreview): string {
  if (caused.length === 0 && remaining.length === 0) return `löser ${cured.length} krockar och ger inga nya.`
  const words = [...caused, ...remaining].map(({ code }) => code).join(', ')
  return `ger eller lämnar kvar ${words}.`
}
