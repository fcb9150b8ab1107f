import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { catalogue, type EventType } from '@samresa/contracts'
import { type DocumentStore, type EmbeddedStore, openEmbeddedStore, type StoredEvent } from '@samresa/store'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createSeal, type Seal } from './seal.ts'
import type { SealedText } from './sealed-box.ts'

const canary = 'kanariefågel'
const masterKey = randomBytes(32)
const folder = mkdtempSync(join(tmpdir(), 'samresa-seal-'))
let store: EmbeddedStore
let documents: DocumentStore
let seal: Seal

beforeAll(async () => {
  store = await openEmbeddedStore({ file: join(folder, 'keys.sqlite') })
  documents = store.documents
})
beforeEach(async () => {
  await documents.drop('participant-keys')
  seal = createSeal({ documents, masterKey })
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const eventOf = (type: EventType, data: unknown, changes: Partial<StoredEvent> = {}): StoredEvent => ({
  id: 'event-1',
  type,
  subject: 'participant-1',
  time: '2026-04-28T06:00:00.000Z',
  data,
  ...changes,
})

const text = fc.string({ minLength: 1 }).map((rest) => `${canary} ${rest}`)
const measure = (health: boolean) =>
  fc.record(
    {
      ref: fc.constant('M1'),
      version: fc.constant('1'),
      title: text,
      purpose: text,
      leadsTo: text,
      areas: health ? fc.constant([`health`, canary]) : fc.constant(['competence']),
      place: health ? text : fc.constant('LAR'),
      requires: health ? fc.array(text) : fc.array(fc.constant('swedish')),
      from: fc.constant('2026-05-04'),
    },
    { requiredKeys: ['ref', 'areas'] },
  )
const parties = fc.array(
  fc.oneof(
    fc.record({ measureId: fc.uuid(), owner: fc.constant('AF'), areas: fc.constant(['competence']) }),
    fc.record({ measureId: fc.uuid(), owner: fc.constantFrom('REGION', 'SOC'), areas: fc.constant([canary]) }),
  ),
  { maxLength: 4 },
)
const changes = fc.array(fc.record({ measureId: fc.uuid(), measure: measure(true) }, { requiredKeys: [] }), { maxLength: 3 })

const events = fc.oneof(
  fc
    .record({ measureId: fc.uuid(), owner: fc.constantFrom('AF', 'AME'), measure: fc.oneof(measure(false), measure(true)) })
    .map((data) => eventOf('samresa.planning.v1.AgencyMeasureRecorded', data)),
  fc.record({ agency: fc.constant('AF'), measure: measure(true) }).map((data) => eventOf('samresa.agency.v1.MeasureReported', data)),
  fc.record({ text, parties }).map((data) => eventOf('samresa.planning.v1.UntilDecidedSet', data)),
  fc.record({ conflictId: fc.uuid(), parties }).map((data) => eventOf('samresa.planning.v1.ConflictDetected', data)),
  fc
    .record({ reason: text, parties, options: fc.array(fc.record({ optionId: fc.uuid(), label: text, changes }), { maxLength: 3 }) })
    .map((data) => eventOf('samresa.planning.v1.ProposalSent', data)),
)

test('opening what was sealed gives the same event, no sealed text stands in what is stored, and the given event is unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(events, async (event) => {
      const before = structuredClone(event)
      const stored = JSON.parse(JSON.stringify(await seal.sealEvent(event)))
      expect(event).toEqual(before)
      expect(JSON.stringify(stored)).not.toContain(canary)
      expect(await seal.openEvent(structuredClone(stored))).toEqual(before)
    }),
    { numRuns: 500 },
  )
})

test('what the catalogue does not name stays readable', async () => {
  const data = { measureId: 'm', owner: 'AF', measure: { ref: 'M1', title: canary, place: 'LAR', areas: ['competence'] } }
  const stored = await seal.sealEvent(eventOf('samresa.planning.v1.MeasureAdded', data))
  expect(stored.data).toEqual({
    measureId: 'm',
    owner: 'AF',
    measure: { ref: 'M1', place: 'LAR', areas: ['competence'] },
    sealed: { kid: expect.any(String), nonce: expect.any(String), ciphertext: expect.any(String) },
  })
})

test('an event without texts is stored as it is', async () => {
  const event = eventOf('samresa.planning.v1.ConflictDetected', { parties: [{ measureId: 'm', owner: 'AF', areas: ['competence'] }] })
  expect(await seal.sealEvent(event)).toBe(event)
  expect(await seal.openEvent(event)).toBe(event)
})

test('a sealed event is not sealed again', async () => {
  const stored = await seal.sealEvent(eventOf('samresa.planning.v1.UntilDecidedSet', { text: canary }))
  expect(await seal.sealEvent(stored)).toBe(stored)
})

test('open texts beside sealed ones are not stored', async () => {
  const stored = await seal.sealEvent(eventOf('samresa.planning.v1.UntilDecidedSet', { text: canary }))
  const mixed = { ...stored, data: { ...(stored.data as object), text: canary } }
  await expect(seal.sealEvent(mixed)).rejects.toThrow('beside sealed ones')
})

test('an event of an unknown type is not stored unsealed', async () => {
  await expect(seal.sealEvent(eventOf('samresa.planning.v1.Unheard' as EventType, { text: canary }))).rejects.toThrow('catalogue')
})

test.each<[string, (stored: StoredEvent, sealed: SealedText) => StoredEvent]>([
  ['another participant', (stored) => ({ ...stored, subject: 'participant-2' })],
  ['another event', (stored) => ({ ...stored, id: 'event-2' })],
  [
    'other bytes',
    (stored, sealed) => ({
      ...stored,
      data: {
        sealed: {
          ...sealed,
          ciphertext:
            `A${sealed.ciphertext.slice(1)}` === sealed.ciphertext ? `B${sealed.ciphertext.slice(1)}` : `A${sealed.ciphertext.slice(1)}`,
        },
      },
    }),
  ],
  ['a cut-off tag', (stored, sealed) => ({ ...stored, data: { sealed: { ...sealed, ciphertext: sealed.ciphertext.slice(0, 8) } } })],
  ['another nonce', (stored, sealed) => ({ ...stored, data: { sealed: { ...sealed, nonce: 'AAAA' } } })],
])('texts moved to %s stay away, and nothing breaks', async (_case, change) => {
  await seal.sealText('participant-2', 'any', 'makes the other key')
  const stored = await seal.sealEvent(eventOf('samresa.planning.v1.UntilDecidedSet', { text: canary }))
  const moved = change(stored, (stored.data as { sealed: SealedText }).sealed)
  expect(await seal.openEvent(moved)).toBe(moved)
})

test('after its key is erased an event lacks its texts, also when a new key has been made', async () => {
  const stored = await seal.sealEvent(eventOf('samresa.planning.v1.UntilDecidedSet', { text: canary, conflictId: 'c' }))
  await documents.drop('participant-keys')
  const later = createSeal({ documents, masterKey })
  expect(await later.openEvent(stored)).toBe(stored)
  await later.sealText('participant-1', 'any', 'makes a new key')
  expect(await later.openEvent(stored)).toBe(stored)
})

test('keys survive a restart', async () => {
  const sealed = await seal.sealText('participant-1', 'phone', canary)
  expect(await createSeal({ documents, masterKey }).openText('participant-1', 'phone', sealed)).toBe(canary)
})

test('the first uses of a key at the same time, in two processes, agree on one', async () => {
  const other = createSeal({ documents, masterKey })
  const sealed = await Promise.all([seal, seal, other, other].map((each) => each.sealText('participant-1', 'phone', canary)))
  expect(new Set(sealed.map(({ kid }) => kid)).size).toBe(1)
  for (const each of sealed) expect(await createSeal({ documents, masterKey }).openText('participant-1', 'phone', each)).toBe(canary)
})

test('a text opens only under the label it was sealed with', async () => {
  const sealed = await seal.sealText('participant-1', 'phone', canary)
  expect(await seal.openText('participant-1', 'name', sealed)).toBeUndefined()
})

test('the same text sealed twice looks different', async () => {
  const [one, two] = await Promise.all([seal.sealText('participant-1', 'phone', canary), seal.sealText('participant-1', 'phone', canary)])
  expect([one.nonce === two.nonce, one.ciphertext === two.ciphertext]).toEqual([false, false])
})

test('events about no single participant are sealed with the house’s key', async () => {
  const stored = await seal.sealEvent(eventOf('samresa.planning.v1.UntilDecidedSet', { text: canary }, { subject: '' }))
  expect(JSON.stringify(stored)).not.toContain(canary)
  expect((await createSeal({ documents, masterKey }).openEvent(stored)).data).toEqual({ text: canary })
})

test('a wrong master key is told as such instead of showing every text as erased', async () => {
  const sealed = await seal.sealText('participant-1', 'phone', canary)
  const wrong = createSeal({ documents, masterKey: randomBytes(32) })
  await expect(wrong.openText('participant-1', 'phone', sealed)).rejects.toThrow('master key')
  await expect(wrong.sealText('participant-1', 'phone', canary)).rejects.toThrow('master key')
})

test('stored keys are wrapped: two stored keys and all texts are worth nothing without the master key', async () => {
  await seal.sealText('participant-1', 'phone', canary)
  const stored = await documents.find<{ kid: string; wrapped: unknown }>('participant-keys', { limit: 10 })
  expect(stored.map(({ id, body }) => [id, Object.keys(body)])).toEqual([['participant-1', ['kid', 'wrapped']]])
})

test('derived keys are the same for the same label only', () => {
  const again = createSeal({ documents, masterKey })
  expect(seal.deriveKey('cursor')).toEqual(again.deriveKey('cursor'))
  expect(seal.deriveKey('cursor')).not.toEqual(seal.deriveKey('index'))
  expect(seal.deriveKey('cursor')).not.toEqual(createSeal({ documents, masterKey: randomBytes(32) }).deriveKey('cursor'))
  expect(seal.deriveKey('cursor')).toHaveLength(32)
})

test('every pointer of the catalogue ends at a property, never at an array’s element', () => {
  const data = {
    owner: 'REGION',
    agency: 'REGION',
    areas: ['health'],
    measure: { areas: ['health'] },
    counter: [{ measure: { areas: ['health'] } }],
    parties: [{ owner: 'SOC', areas: [] }],
    options: [{ changes: [{ measure: { areas: ['health'] } }] }],
  }
  const pointers = Object.values(catalogue).flatMap(({ sealed }) => (sealed as (data: unknown) => string[])(data))
  expect(pointers.length).toBeGreaterThan(20)
  expect(pointers.filter((pointer) => !/\/[a-zA-Z]+$/.test(pointer))).toEqual([])
})
