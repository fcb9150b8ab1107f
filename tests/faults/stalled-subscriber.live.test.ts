import { status } from '@grpc/grpc-js'
import { expect, test } from 'vitest'
import { createGateway } from '../product/gateway-client.ts'
import { useInstance } from '../product/live-instance.ts'
import { enrolPeople } from '../product/load-people.ts'
import { residentMegabytes } from '../product/process-memory.ts'
import { waitUntil } from '../product/wait-until.ts'
import { messagesOf } from '../product/yonas.ts'
import { reportUntilBroken } from './reporting-loop.ts'

const instance = useInstance(16_200)
const people = 100
const reports = 1_500
const mostGrowthMegabytes = 100
const productsPatienceMs = 10_000

test('a subscriber that stops reading delays nobody, holds no memory and is ended with RESOURCE_EXHAUSTED', {
  timeout: 120_000,
}, async () => {
  const { ready, tokenOf } = instance.current
  const participants = (await enrolPeople(instance.current, people)).map(({ participantId }) => participantId)
  const lazy = createGateway(ready.agencyGateway, () => tokenOf('af-system'))
  // What the process needs for any such load is taken before the stalled subscriber comes.
  await reportUntilBroken(instance.current, participants, { round: 0, atOnce: 16, enough: reports })
  const stalled = await lazy.subscribe('')
  stalled.pause()
  const reading = messagesOf(await instance.current.gateway('af-system').subscribe(''))
  const before = residentMegabytes(ready.pid)

  const reporting = reportUntilBroken(instance.current, participants, { round: 1, atOnce: 16, enough: reports })
  const delivered = new Set<string>()
  const receiving = (async () => {
    while (delivered.size < reports) {
      const { value } = await reading.next()
      if (value.type === 'samresa.planning.v1.AgencyMeasureRecorded') delivered.add(value.correlationId)
    }
  })()
  const { receipts, broken } = await reporting
  expect(broken).toBeUndefined()
  expect(receipts.length).toBeGreaterThanOrEqual(reports)
  await receiving
  const after = residentMegabytes(ready.pid)
  if (before !== undefined && after !== undefined) expect(after - before).toBeLessThan(mostGrowthMegabytes)

  // The stalled client sees its end only by reading again, so the product's patience has to pass first.
  const stoppedReading = performance.now()
  await waitUntil("the product's patience has passed", () => performance.now() - stoppedReading > productsPatienceMs + 2_000, 30_000)
  let last = ''
  void (async () => {
    for await (const { cursor } of stalled) last = cursor
  })().catch(() => undefined)
  expect(await stalled.ended).toMatchObject({ code: status.RESOURCE_EXHAUSTED })
  lazy.close()

  const resumed = messagesOf(await instance.current.gateway('af-system').subscribe(last))
  expect((await resumed.next()).done).toBe(false)
  await resumed.return?.()
  await reading.return?.()
})
