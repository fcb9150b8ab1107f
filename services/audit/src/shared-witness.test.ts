import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { machineClock, serviceActor } from '@samresa/kernel'
import { type CommitStore, emptyHead, headOf, openEmbeddedStore } from '@samresa/store'
import { expect, onTestFinished, test } from 'vitest'
import { openWitness, type WitnessedRecord } from './application/witness.ts'
import { verifyDataFolder } from './verify.folder.ts'

const plans = ['plan-a', 'plan-b']
const commitsEach = 90

/** Planning's commits of two plans, and audit as two processes that share a store. */
async function aWitnessedFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-witnesses-'))
  const [planning, audit] = await Promise.all(['planning', 'audit'].map((name) => openEmbeddedStore({ file: join(folder, `${name}.db`) })))
  onTestFinished(async () => {
    await Promise.all([planning!.close(), audit!.close()])
    await rm(folder, { recursive: true })
  })
  const told = new Map<string, WitnessedRecord[]>()
  for (const stream of plans) {
    let head = emptyHead
    told.set(stream, [])
    for (let seq = 1; seq <= commitsEach; seq += 1) {
      const event = {
        id: `${stream}-${seq}`,
        type: 'samresa.planning.v1.MeasureAdded',
        subject: 'p',
        time: '2026-04-29T07:00:00.000Z',
        data: {},
      }
      const about = { actor: serviceActor('planning'), purpose: 'planning', correlationId: 'c', at: '2026-04-29T07:00:00.000Z' }
      const result = await planning!.commits.append({ stream, commitId: event.id, events: [event], ...about }, head)
      if (result.outcome !== 'appended') throw new Error(result.outcome)
      head = headOf(result.commit)
      told.get(stream)!.push({ source: 'planning', stream, commit: { seq, hash: head.hash, last: true } })
    }
  }
  const commits: CommitStore = { ...audit!.commits, soleWriter: false }
  const open = (through = commits) => openWitness({ commits: through, documents: audit!.documents, clock: machineClock })
  return { folder, told, open, commits, witnessChain: () => commits.readStream('witness') }
}

test('two processes that witness at once, what comes to one again after the other had it: in order, and a cut-off tail is still found', async () => {
  const { folder, told, open, witnessChain } = await aWitnessedFolder()
  const [one, other] = [await open(), await open()]
  const work = async (witness: typeof one, records: WitnessedRecord[]) => {
    for (const record of records) await witness.record([record])
  }
  await Promise.all([work(one, told.get('plan-a')!), work(other, told.get('plan-b')!)])
  // The plans change hands, and each process is told again what the other has witnessed, up to some commits ago.
  await Promise.all([work(one, told.get('plan-b')!.slice(0, 80)), work(other, told.get('plan-a')!.slice(0, 80))])
  expect((await witnessChain()).length).toBeGreaterThan(2 * commitsEach)
  expect(await verifyDataFolder(folder)).toMatchObject({ ok: true, streams: 3 })

  const database = new DatabaseSync(join(folder, 'planning.db'))
  for (const stream of plans) database.prepare('DELETE FROM commits WHERE stream = ? AND seq > 85').run(stream)
  database.close()
  const faults = plans.map((stream) => ({ stream, seq: 86, kind: 'MISSING_TAIL' }))
  expect(await verifyDataFolder(folder)).toMatchObject({ faults })
  // A process that starts now is told everything again.
  await (await open()).record([...told.values()].flat())
  expect(await verifyDataFolder(folder)).toMatchObject({ faults })
})

test('a process that is overtaken at the chain’s end many times in a row gets its commits on record all the same', async () => {
  const { told, open, commits, witnessChain } = await aWitnessedFolder()
  const faster = await open()
  const ahead = told.get('plan-a')!.slice(0, 12)
  const overtaken: CommitStore['append'] = async (draft, after) => {
    const next = ahead.shift()
    if (next !== undefined) await faster.record([next])
    return commits.append(draft, after)
  }
  const slow = await open({ ...commits, append: overtaken })
  await slow.record(told.get('plan-b')!.slice(0, 1))
  expect(ahead).toEqual([])
  expect(JSON.stringify((await witnessChain()).at(-1))).toContain('plan-b')
})
