import { machineClock } from '@samresa/kernel'
import { openTestStore } from '@samresa/testkit'
import { expect, test } from 'vitest'
import { openWitness, type WitnessedRecord } from './witness.ts'

const commitOf = (seq: number, last = true): WitnessedRecord => ({
  source: 'planning',
  stream: 'plan-p',
  commit: { seq, hash: `hash-${seq}`, last },
})

const openRig = async () => {
  const store = await openTestStore()
  const { commits, documents } = store
  const open = () => openWitness({ commits, documents, clock: machineClock })
  const witnessed = async () =>
    (await commits.readStream('witness')).flatMap(({ events }) =>
      events.flatMap(({ data }) => (data as { commits: { seq: number }[] }).commits.map(({ seq }) => seq)),
    )
  return { open, witnessed, [Symbol.asyncDispose]: () => store.close() }
}

test('a commit that comes again is not witnessed again, by the same witness or the next one', async () => {
  await using rig = await openRig()
  const witness = await rig.open()
  await witness.record([commitOf(1), commitOf(2)])
  await witness.record([commitOf(1), commitOf(2)])
  await (await rig.open()).record([commitOf(1), commitOf(2), commitOf(3)])
  expect(await rig.witnessed()).toEqual([1, 2, 3])
})

test('a commit counts when its last event has come', async () => {
  await using rig = await openRig()
  const witness = await rig.open()
  await witness.record([commitOf(1, false)])
  expect(await rig.witnessed()).toEqual([])
  await witness.record([commitOf(1)])
  expect(await rig.witnessed()).toEqual([1])
})

test('what is known of the streams is the same after a checkpoint and what came behind it', async () => {
  await using rig = await openRig()
  const witness = await rig.open()
  const seqs = Array.from({ length: 70 }, (_, index) => index + 1)
  for (const seq of seqs) await witness.record([commitOf(seq)])
  const reopened = await rig.open()
  await reopened.record(seqs.map((seq) => commitOf(seq)))
  await reopened.record([commitOf(71)])
  expect(await rig.witnessed()).toEqual([...seqs, 71])
})
