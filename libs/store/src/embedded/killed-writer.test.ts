import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { verifyCommits } from '../verify-chain.ts'
import { readCommitRows } from './commit-rows.ts'

const program = fileURLToPath(new URL('./appending.process.ts', import.meta.url))

/** Runs the program and kills it once it has acknowledged `count` commits. Returns everything it had acknowledged. */
async function acknowledgedUntilKilled(file: string, round: number, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, file, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    printed += text
    if (printed.split('\n').length > count) child.kill('SIGKILL')
  })
  await once(child, 'close')
  expect(child.signalCode).toBe('SIGKILL')
  return printed.split('\n').slice(0, -1)
}

test('what was acknowledged before a kill -9 is there, ten times over, and every chain is whole', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-killed-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'test.sqlite')
  const acknowledged: string[] = []
  for (let round = 0; round < 10; round++) {
    acknowledged.push(...(await acknowledgedUntilKilled(file, round, 1 + Math.floor(Math.random() * 400))))
    const rows = [...readCommitRows(file)]
    const stored = new Set(rows.map(({ commitId }) => commitId))
    expect(acknowledged.filter((commitId) => !stored.has(commitId))).toEqual([])
    expect((await verifyCommits(rows)).faults).toEqual([])
  }
  expect(acknowledged.length).toBeGreaterThan(10)
})
