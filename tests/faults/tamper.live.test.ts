import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeAll, expect, test } from 'vitest'
import { runCommand } from '../product/commands.ts'
import { startInstance } from '../product/instance.ts'
import { createTempFolder } from '../product/temp-folder.ts'
import { waitUntil } from '../product/wait-until.ts'
import { matchingReport, yonasId } from '../product/yonas.ts'

interface Verdict {
  streams: number
  commits: number
  events: number
  ok: boolean
  faults?: { stream: string; seq: number; kind: string }[]
}

const original = createTempFolder('evidence')
let planStream = ''
beforeAll(async () => {
  const instance = await startInstance({ data: original.path, portBase: 16_400 })
  await instance.gateway('af-system').reportMeasure(matchingReport)
  planStream = `plan-${yonasId(instance)}`
  const conflicts = `/v1/participants/${yonasId(instance)}/conflicts`
  await waitUntil('the clash is recorded', async () => (await instance.rest('anna').all('planning', conflicts)).length >= 2)
  await instance.stop()
  return () => original[Symbol.dispose]()
})

async function verify(data: string): Promise<{ code: number; verdict: Verdict }> {
  const { code, stdout } = await runCommand('audit:verify', ['--data', data, '--json'])
  return { code, verdict: JSON.parse(stdout) as Verdict }
}

/** Every table of commits below the folder, as anyone with the files would find it. */
function* commitTables(data: string): Generator<{ database: DatabaseSync; table: string }> {
  for (const file of readdirSync(data).filter((name) => /\.(db|sqlite)$/.test(name))) {
    using database = new DatabaseSync(join(data, file))
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%commit%'").all()
    for (const { name } of tables) yield { database, table: String(name) }
  }
}

/** A copy of the folder with one statement run on the tables that hold Yonas's plan; `from` stands for the table's name. */
async function tampered(statement: string): Promise<{ code: number; verdict: Verdict }> {
  using copy = createTempFolder('tampered')
  cpSync(original.path, copy.path, { recursive: true })
  let changes = 0
  for (const { database, table } of commitTables(copy.path))
    changes += Number(database.prepare(statement.replaceAll('{table}', table)).run({ stream: planStream }).changes)
  expect(changes).toBeGreaterThan(0)
  return await verify(copy.path)
}

test('an untouched record verifies', async () => {
  const { code, verdict } = await verify(original.path)
  expect([code, verdict.ok]).toEqual([0, true])
  expect(verdict.events).toBeGreaterThanOrEqual(verdict.commits)
  expect(verdict.streams).toBeGreaterThan(4)
})

test('a changed byte is found as ALTERED', async () => {
  const { code, verdict } = await tampered(
    `UPDATE {table} SET events = replace(events, 'LAR', 'LAX') WHERE stream = :stream AND events LIKE '%LAR%'`,
  )
  expect([code, verdict.ok]).toEqual([1, false])
  expect(verdict.faults).toContainEqual(expect.objectContaining({ stream: planStream, kind: 'ALTERED' }))
})

test('a cut-off tail is found as MISSING_TAIL', async () => {
  const { code, verdict } = await tampered(
    'DELETE FROM {table} WHERE stream = :stream AND seq = (SELECT max(seq) FROM {table} WHERE stream = :stream)',
  )
  expect([code, verdict.ok]).toEqual([1, false])
  expect(verdict.faults).toContainEqual(expect.objectContaining({ stream: planStream, kind: 'MISSING_TAIL' }))
})

test('a missing stream is found as MISSING_STREAM', async () => {
  const { code, verdict } = await tampered('DELETE FROM {table} WHERE stream = :stream')
  expect([code, verdict.ok]).toEqual([1, false])
  expect(verdict.faults).toContainEqual(expect.objectContaining({ stream: planStream, kind: 'MISSING_STREAM' }))
})
