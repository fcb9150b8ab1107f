import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type KeptAlive, keepAlive } from './kept-alive.ts'

let folder: string
let kept: KeptAlive
const pids: number[] = []
const said: string[] = []
const refused: string[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'samresa-kept-'))
  pids.length = 0
  said.length = 0
  refused.length = 0
})
afterEach(() => {
  kept.kill()
  rmSync(folder, { recursive: true })
})

const logFile = () => join(folder, 'log')
const saysIn = (text: string) => readFileSync(logFile(), 'utf8').includes(text)

function keep(program: string): void {
  const entry = join(folder, 'program.mjs')
  writeFileSync(entry, program)
  const told = {
    onStarted: (pid: number) => pids.push(pid),
    onRefused: (why: string) => refused.push(why),
    say: (text: string) => said.push(text),
  }
  kept = keepAlive({ name: 'program', entry, environment: { WORD: 'canary' }, logFile: logFile(), ...told })
}

/** A program that says when it has begun, kept alive. */
async function aProgram(body: string): Promise<void> {
  keep(`${body}\nconsole.log('begun', process.env.WORD); setInterval(() => {}, 1000)`)
  await vi.waitUntil(() => saysIn('begun canary'), 10_000)
}

test('what is killed is started again, said so, and known by its new pid', async () => {
  await aProgram('')
  process.kill(pids[0]!, 'SIGKILL')
  await vi.waitUntil(() => pids.length === 2, 10_000)
  expect(kept.pid()).toBe(pids[1])
  expect(said).toEqual([expect.stringContaining('program ended (SIGKILL), starting it again')])
})

test('what is stopped, or let go, stays ended', async () => {
  await aProgram('')
  kept.letGo()
  process.kill(pids[0]!, 'SIGKILL')
  await kept.stop(1_000)
  expect([pids.length, said]).toEqual([1, []])
})

test('what does not heed SIGTERM is killed when its time is up', async () => {
  await aProgram(`process.on('SIGTERM', () => {})`)
  await kept.stop(50)
  expect(said).toEqual(['program did not end after 50 ms: killed'])
})

test('what cannot use its settings is not started again, and its own words say why', async () => {
  writeFileSync(logFile(), 'samresa: what an earlier run said\n')
  keep(`process.stderr.write('samresa: the settings cannot be used:\\n  PORT is not set\\n'); process.exitCode = 2`)
  await vi.waitUntil(() => refused.length > 0 || said.length > 0, 10_000)
  expect(refused).toEqual([
    'program ended with exit code 2, starting it again would not help:\nsamresa: the settings cannot be used:\n  PORT is not set',
  ])
  expect([pids.length, said]).toEqual([1, []])
})
