import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { runCommand } from '../product/commands.ts'
import { startInstance } from '../product/instance.ts'
import { enrolPeople } from '../product/load-people.ts'
import { createTempFolder } from '../product/temp-folder.ts'
import { waitUntil } from '../product/wait-until.ts'
import { createRandom, seedOfRun } from './random.ts'
import { countPlanned, type KeptReceipt, reportUntilBroken } from './reporting-loop.ts'

const kills = 20
const people = 40
const portBase = 16_000

test('every receipt given before a kill -9 is in the plan exactly once after the restart, and every chain verifies', {
  timeout: 300_000,
}, async () => {
  const random = createRandom(seedOfRun('kill -9'))
  using folder = createTempFolder('kill')
  const kept: KeptReceipt[] = []
  let instance = await startInstance({ data: folder.path, portBase, args: ['--no-demo'] })
  const participants = (await enrolPeople(instance, people)).map(({ participantId }) => participantId)
  await using running = { [Symbol.asyncDispose]: () => instance.kill() }
  void running
  for (let round = 0; round < kills; round++) {
    const reporting = reportUntilBroken(instance, participants, { round, atOnce: 8, enough: 150 })
    // The moment of the kill is the point of the test: anywhere between the first report and some hundreds of them.
    await pause(20 + random() * 300)
    await instance.kill()
    const { receipts } = await reporting
    kept.push(...receipts)
    const verifying = runCommand('audit:verify', ['--data', folder.path, '--json'])
    instance = await startInstance({ data: folder.path, portBase, args: ['--no-demo'] })
    const verified = await verifying
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('"ok":true')])
    const counts = await waitUntil(`every receipt of round ${round} is in the plan`, async () => {
      const planned = await countPlanned(instance, participants)
      return kept.every(({ measureId }) => planned.has(measureId)) && planned
    })
    expect(kept.filter(({ measureId }) => counts.get(measureId) !== 1)).toEqual([])
  }
  expect(kept.length).toBeGreaterThan(kills)
  expect(await instance.stop()).toBe(0)
  const verified = await runCommand('audit:verify', ['--data', folder.path, '--json'])
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true })
})
