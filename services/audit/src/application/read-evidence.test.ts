import type { CallContext } from '@samresa/kernel'
import { openTestStore } from '@samresa/testkit'
import { expect, test } from 'vitest'
import { createEvidence } from './evidence.ts'
import { createReadEvidence } from './read-evidence.ts'

const context: CallContext = { actor: { user: 'auditor', role: 'auditor' }, purpose: 'audit', correlationId: 'read-1' }
const firstPage = { offset: 0, limit: 20 }

/** Evidence of one commit, read while nothing new can be taken up: a full disk. */
async function openStuck() {
  const store = await openTestStore()
  const evidence = createEvidence(store.documents)
  const type = 'samresa.planning.v1.MeasureAdded'
  const record = { id: 'e-1', type, source: 'planning', subject: 'yonas', correlationId: 'k-1', at: '2026-11-22T02:00:00.000Z', data: {} }
  await store.documents.write(evidence.rowsFor([record]), 'disposable')
  const read = createReadEvidence({
    evidence,
    caughtUp: () => new Promise(() => {}),
    timeline: { rowsUnder: async () => [] },
    directory: { find: async (person) => person },
    patienceMs: 5,
  })
  return { read, [Symbol.asyncDispose]: () => store.close() }
}

test('what is in evidence is told when nothing more can be taken up, after a bounded wait', async () => {
  await using rig = await openStuck()
  expect(await rig.read.trace('k-1')).toMatchObject([{ step: 'COMMITTED', eventId: 'e-1' }])
  expect(await rig.read.accessRecords('yonas', firstPage, context)).toEqual({ items: [], total: 0 })
})

test('that nobody knows a correlation is not claimed while evidence is behind', async () => {
  await using rig = await openStuck()
  await expect(rig.read.trace('k-2')).rejects.toMatchObject({ rejection: { kind: 'unavailable', code: 'EVIDENCE_BEHIND' } })
})
