import { expect, test } from 'vitest'
import { type Heard, type History, type Listener, type Receipted, violationsOf } from './history-checker.ts'

const receipt = (nth: number): Receipted => ({ participantId: 'p', nth, ref: `r${nth}`, receiptId: `receipt-${nth}` })
const heard = (nth: number, { eventId = `e${nth}`, connection = 0 } = {}): Heard => ({
  participantId: 'p',
  ref: `r${nth}`,
  eventId,
  connection,
})
const planned = (nth: number) => ({ participantId: 'p', ref: `r${nth}` })

const stream = (...events: Heard[]): Listener => ({ name: 'AF', about: ['p'], events })
const page = (...events: Heard[]): Listener => ({ name: 'the timeline', about: ['p'], events })
const elsewhere: Listener = { name: 'EB', about: ['q'], events: [] }

/** Three reports that went as promised, with one message sent again and one delivery repeated. */
const good: History = {
  receipts: [receipt(0), receipt(1), receipt(2)],
  repeated: [receipt(1)],
  refused: [],
  listeners: [
    stream(heard(0), heard(1), heard(0, { connection: 1 }), heard(1, { connection: 1 }), heard(2, { connection: 1 })),
    page(heard(0), heard(1), heard(2)),
    elsewhere,
  ],
  planned: [planned(0), planned(1), planned(2)],
}

test('a history as promised has no violations', () => {
  expect(violationsOf(good)).toEqual([])
})

test.each<[string, Partial<History>, string]>([
  ['a receipt whose measure is not in the plan', { planned: [planned(0), planned(2)] }, 'G1: the measure of the receipted report r1'],
  ['a measure that is in the plan twice', { planned: [...good.planned, planned(2)] }, 'in the plan 2 times'],
  ['a refused report', { refused: ['INTERNAL'] }, 'G1: a report was refused'],
  ['another receipt for the same message', { repeated: [{ ...receipt(1), receiptId: 'other' }] }, 'G2: r1'],
  ['an event that never arrived', { listeners: [stream(heard(0), heard(2))] }, 'G3: AF has 0 events of the report r1'],
  ['two events of one report', { listeners: [stream(heard(0), heard(1), heard(1, { eventId: 'x' }), heard(2))] }, 'G3: AF has 2 events'],
  ['events in another order', { listeners: [stream(heard(1), heard(0), heard(2))] }, 'G4: AF has r0 after a later'],
  [
    'a row that stands twice',
    { listeners: [page(heard(0), heard(1), heard(1), heard(2))] },
    'the timeline has an event 2 times over one connection: 0 e1',
  ],
  ['a report without a receipt', { receipts: [receipt(0), receipt(1)], repeated: [] }, 'has a report r2 without a receipt'],
])('%s is found', (_, fault, words) => {
  expect(violationsOf({ ...good, ...fault })).toContainEqual(expect.stringContaining(words))
})
