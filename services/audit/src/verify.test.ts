import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { newId } from '@samresa/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessed, recorded, reported, startAuditRig, yonas } from './audit-rig.ts'
import { verifyDataFolder } from './verify.folder.ts'
import { CannotVerify } from './verify.ts'

let rig: Awaited<ReturnType<typeof startAuditRig>>
const plan = `plan-${yonas}`

const about = () => ({ at: '2026-11-22T02:00:00.000Z', correlationId: newId() })

beforeAll(async () => {
  rig = await startAuditRig()
  for (let round = 0; round < 4; round += 1) {
    await rig.commit('agency-sync', `reports-${yonas}`, about(), reported(about().at))
    await rig.commit('planning', plan, about(), recorded(), recorded())
    await rig.commit('planning', 'access-planning', about(), accessed(yonas, {}))
    await rig.caughtUp()
  }
})
afterAll(() => rig[Symbol.asyncDispose]())

/** The faults of a copy of the folder in which one statement was run on a service's file. */
async function faultsAfter(service: string, statement: string, ...values: (string | number)[]): Promise<string[]> {
  const copy = mkdtempSync(join(tmpdir(), 'samresa-tampered-'))
  try {
    cpSync(rig.folder, copy, { recursive: true })
    const database = new DatabaseSync(join(copy, `${service}.db`))
    expect(database.prepare(statement).run(...values).changes).toBeGreaterThan(0)
    database.close()
    const { ok, faults = [] } = await verifyDataFolder(copy)
    expect(ok).toBe(faults.length === 0)
    return faults.map(({ stream, seq, kind }) => `${kind} ${stream} ${seq}`)
  } finally {
    rmSync(copy, { recursive: true })
  }
}

test('what nobody has touched is in order, beside a running instance and on a stopped one', async () => {
  const counted = { streams: 4, ok: true }
  const running = await verifyDataFolder(rig.folder)
  expect(running).toMatchObject(counted)
  expect(Object.keys(running)).toEqual(['streams', 'commits', 'events', 'ok'])
  expect(running.events - running.commits).toBe(4)
  await rig.stop()
  expect(await verifyDataFolder(rig.folder)).toEqual(running)
})

test.each(['commit_id', 'events', 'meta', 'prev_hash', 'hash'])('a changed byte of %s is found', async (column) => {
  const statement = `UPDATE commits SET ${column} = replace(${column}, substr(${column}, 3, 1), '~') WHERE stream = ? AND seq = 2`
  expect(await faultsAfter('planning', statement, plan)).toEqual([`ALTERED ${plan} 2`])
})

test('a changed number of its events is found', async () => {
  expect(await faultsAfter('planning', 'UPDATE commits SET first_ver = first_ver + 1 WHERE stream = ? AND seq = 3', plan)).toEqual([
    `ALTERED ${plan} 3`,
  ])
})

test('a cut-off tail is found, of a plan and of who has read it', async () => {
  expect(await faultsAfter('planning', 'DELETE FROM commits WHERE stream = ? AND seq > 2', plan)).toEqual([`MISSING_TAIL ${plan} 3`])
  expect(await faultsAfter('planning', 'DELETE FROM commits WHERE stream = ? AND seq > 3', 'access-planning')).toEqual([
    'MISSING_TAIL access-planning 4',
  ])
})

test('a cut-off tail of the witness itself is found', async () => {
  expect(await faultsAfter('audit', 'DELETE FROM commits WHERE stream = ? AND seq > 2', 'witness')).toEqual(['MISSING_TAIL witness 3'])
})

test('a missing stream is found, also the witness', async () => {
  expect(await faultsAfter('agency-sync', 'DELETE FROM commits')).toEqual([`MISSING_STREAM reports-${yonas} 4`])
  const [fault, ...others] = await faultsAfter('audit', 'DELETE FROM commits')
  expect(fault).toMatch(/^MISSING_STREAM witness \d+$/)
  expect(others).toEqual([])
})

test('a service whose file is gone has lost its streams', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'samresa-tampered-'))
  cpSync(rig.folder, copy, { recursive: true })
  rmSync(join(copy, 'planning.db'))
  const { faults = [] } = await verifyDataFolder(copy)
  rmSync(copy, { recursive: true })
  expect(faults.map(({ kind, stream }) => `${kind} ${stream}`).sort()).toEqual(['MISSING_STREAM access-planning', `MISSING_STREAM ${plan}`])
})

test('commits that have changed places are found', async () => {
  const swap = 'UPDATE commits SET seq = CASE seq WHEN 2 THEN -3 WHEN 3 THEN -2 END WHERE stream = ? AND seq IN (2, 3)'
  const copy = mkdtempSync(join(tmpdir(), 'samresa-tampered-'))
  cpSync(rig.folder, copy, { recursive: true })
  const database = new DatabaseSync(join(copy, 'planning.db'))
  database.prepare(swap).run(plan)
  database.prepare('UPDATE commits SET seq = -seq WHERE seq < 0').run()
  database.close()
  const { faults = [] } = await verifyDataFolder(copy)
  rmSync(copy, { recursive: true })
  expect(new Set(faults.map(({ kind, stream }) => `${kind} ${stream}`))).toEqual(new Set([`REORDERED ${plan}`]))
})

test('an entry of the witness that was changed is the witness’s fault, and accuses nobody else', async () => {
  const newest = `SELECT max(seq) FROM commits WHERE stream = 'witness'`
  const statement = `UPDATE commits SET events = replace(events, '"hash":"', '"hash":"~') WHERE stream = 'witness' AND seq = (${newest})`
  expect(await faultsAfter('audit', statement)).toEqual([expect.stringMatching(/^ALTERED witness \d+$/)])
})

test('an instance whose witness is gone has lost it', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'samresa-tampered-'))
  cpSync(join(rig.folder, 'planning.db'), join(copy, 'planning.db'))
  const report = await verifyDataFolder(copy)
  rmSync(copy, { recursive: true })
  expect(report).toMatchObject({ streams: 2, ok: false, faults: [{ stream: 'witness', seq: 1, kind: 'MISSING_STREAM' }] })
})

test('a folder that is not there, or holds no instance, cannot be verified', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'samresa-empty-'))
  await expect(verifyDataFolder(join(empty, 'nowhere'))).rejects.toThrow(CannotVerify)
  await expect(verifyDataFolder(empty)).rejects.toThrow(/no data/)
  rmSync(empty, { recursive: true })
})

test('a history that is larger than the memory is checked whole', async () => {
  const checking = new Worker(new URL('long-history.worker.ts', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: 64 } })
  const [report] = await once(checking, 'message')
  await checking.terminate()
  expect(report).toEqual({ streams: 2, commits: 12_000, events: 12_000, ok: true })
})
