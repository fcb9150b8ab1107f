import { status } from '@grpc/grpc-js'
import { expect, test } from 'vitest'
import { runCommand } from '../product/commands.ts'
import { startInstance } from '../product/instance.ts'
import type { Problem, RestClient } from '../product/rest-client.ts'
import { waitUntil } from '../product/wait-until.ts'
import { yonasId } from '../product/yonas.ts'
import { countPlanned, reportUntilBroken } from './reporting-loop.ts'
import { createSmallDisk } from './small-disk.ts'

const diskMegabytes = 3
const roomyMegabytes = 64

const measure = (ref: string) => ({
  owner: 'AME',
  measure: {
    ref,
    version: '1',
    title: 'Får inte plats',
    areas: ['job'],
    place: 'AME',
    weekly: [{ days: ['SU'], start: '10:00', end: '11:00' }],
    from: '2026-05-03',
    purpose: 'p',
    leadsTo: 'l',
  },
  agreed: true,
})

const mostMeasuresTaken = 300

/** Enters measures until one is not taken, and answers with what was said of that one. */
async function refusedMeasure(anna: RestClient, path: string) {
  for (let n = 0; ; n++) {
    const answer = await anna.call<Problem>('POST', 'planning', `${path}/measures`, { body: measure(`FULL-${n}`) })
    if (answer.status !== 201 || n === mostMeasuresTaken) return answer
  }
}

test('on a full disk writes are refused with a clear error, reads go on, and no receipt given is lost', { timeout: 120_000 }, async ({
  skip,
}) => {
  const disk = createSmallDisk(diskMegabytes)
  if ('reason' in disk) return skip(disk.reason)
  using mounted = disk
  await using instance = await startInstance({ data: mounted.path, portBase: 16_300 })
  const participants = Object.values(instance.ready.demo?.participants ?? {})
  const anna = instance.rest('anna')
  const path = `/v1/participants/${yonasId(instance)}`

  const { receipts, broken } = await reportUntilBroken(instance, participants, { round: 0, atOnce: 8, enough: 20_000 })
  expect(broken).toMatchObject({ code: status.RESOURCE_EXHAUSTED })
  expect(receipts.length).toBeGreaterThan(0)
  // Each service folds its own log before it refuses, which may give some room back: a few more writes can still be taken.
  const refused = await refusedMeasure(anna, path)
  expect([refused.status, refused.body.code]).toEqual([507, 'STORAGE_FULL'])
  for (let reads = 0; reads < 10; reads++) expect((await anna.call('GET', 'planning', `${path}/plan`)).status).toBe(200)

  mounted.resize(roomyMegabytes)
  await waitUntil(
    'writes are taken again',
    async () => (await anna.call('POST', 'planning', `${path}/measures`, { body: measure('ROOM') })).status === 201,
  )
  await waitUntil('every receipt is in the plan once', async () => {
    const planned = await countPlanned(instance, participants)
    return receipts.every(({ measureId }) => planned.get(measureId) === 1)
  })
  expect(await instance.stop()).toBe(0)
  const verified = await runCommand('audit:verify', ['--data', mounted.path, '--json'])
  expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('"ok":true')])
})

test('an instance whose disk is full ends within ten seconds when asked to, and has every receipt when it starts with room', {
  timeout: 120_000,
}, async ({ skip }) => {
  const disk = createSmallDisk(diskMegabytes)
  if ('reason' in disk) return skip(disk.reason)
  using mounted = disk
  const options = { data: mounted.path, portBase: 16_320 }
  await using full = await startInstance(options)
  const participants = Object.values(full.ready.demo?.participants ?? {})
  const { receipts } = await reportUntilBroken(full, participants, { round: 1, atOnce: 8, enough: 20_000 })
  const asked = performance.now()
  expect(await full.stop()).toBe(0)
  expect(performance.now() - asked).toBeLessThan(10_000)

  mounted.resize(roomyMegabytes)
  await using roomy = await startInstance(options)
  await waitUntil('every receipt is in the plan once', async () => {
    const planned = await countPlanned(roomy, participants)
    return receipts.every(({ measureId }) => planned.get(measureId) === 1)
  })
  expect(await roomy.stop()).toBe(0)
})
