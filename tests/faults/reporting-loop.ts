import { gateway as contract } from '@samresa/contracts'
import type { Product } from '../product/instance.ts'

export interface KeptReceipt {
  participantId: string
  measureId: string
  receiptId: string
  messageId: string
}

const firstDay = Temporal.PlainDate.from('2027-01-02')

/** The nth measure of AF's: one Saturday half hour on a day of its own, so that it clashes with nothing. */
export const calmMeasure = (ref: string, nth: number) => {
  const day = firstDay.add({ weeks: nth % 500 }).toString()
  const hour = String(6 + (Math.floor(nth / 500) % 17)).padStart(2, '0')
  return {
    ref,
    version: 1n,
    title: 'Samtal om arbete',
    areas: ['job'],
    place: 'ONL',
    weekly: [{ days: ['SA'], start: `${hour}:00`, end: `${hour}:30` }],
    from: day,
    to: day,
    purpose: 'Hitta arbete',
    leadsTo: 'Arbete',
  }
}

/**
 * Reports new measures of AF's about these participants, so many at once, until the connection breaks, `enough` receipts have come or
 * `stopped` says so. Answers with every receipt that was given and the error that ended it.
 */
export async function reportUntilBroken(
  product: Product,
  participants: string[],
  options: { round: number; atOnce: number; enough: number },
) {
  const gateway = product.gateway('af-system')
  const receipts: KeptReceipt[] = []
  let broken: unknown
  let next = 0
  const worker = async () => {
    while (broken === undefined && receipts.length < options.enough) {
      const nth = next++
      const ref = `F${options.round}-${nth}`
      const participantId = participants[nth % participants.length]!
      try {
        const receipt = await gateway.reportMeasure({
          messageId: ref,
          person: { case: 'participantId', value: participantId },
          measure: calmMeasure(ref, options.round * 4000 + nth),
          decidedAt: '2026-04-29T07:00:00Z',
          channel: contract.Channel.GRPC,
        })
        if (receipt.result === contract.Result.ACCEPTED)
          receipts.push({ participantId, measureId: receipt.measureId, receiptId: receipt.receiptId, messageId: ref })
        else throw new Error(`refused: ${receipt.code} ${receipt.field}`)
      } catch (error) {
        broken ??= error
      }
    }
  }
  await Promise.all(Array.from({ length: options.atOnce }, worker))
  return { receipts, broken }
}

/** How often each measure stands in the plans of these participants, as AF sees them. */
export async function countPlanned(product: Product, participants: string[]): Promise<Map<string, number>> {
  const gateway = product.gateway('af-system')
  const plans = await Promise.all(participants.map((participantId) => gateway.getPlan(participantId)))
  const counts = new Map<string, number>()
  for (const { measureId } of plans.flatMap(({ measures }) => measures)) counts.set(measureId, (counts.get(measureId) ?? 0) + 1)
  return counts
}
