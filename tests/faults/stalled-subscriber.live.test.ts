import { status } from '@grpc/grpc-js'
import { expect, test } from 'vitest'
import { useInstance } from '../product/live-instance.ts'
import { enrolPeople } from '../product/load-people.ts'
import { residentMegabytes } from '../product/process-memory.ts'
import { waitUntil } from '../product/wait-until.ts'
import { messagesOf } from '../product/yonas.ts'
import { subscribeDeaf } from './deaf-subscriber.ts'
import { reportUntilBroken } from './reporting-loop.ts'

const instance = useInstance(16_200)
const people = 100
const reports = 1_500
const mostGrowthMegabytes = 100
const productsPatienceMs = 10_000

test('a subscriber that stops reading delays nobody, holds no memory and is ended with RESOURCE_EXHAUSTED and its cursor', {
  timeout: 120_000,
}, async () => {
  const { ready, tokenOf } = instance.current
  const participants = (await enrolPeople(instance.current, people)).map(({ participantId }) => participantId)
  // What the process needs for any such load is taken before the stalled subscriber comes.
  await reportUntilBroken(instance.current, participants, { round: 0, atOnce: 16, enough: reports })
  const deaf = await subscribeDeaf(ready.agencyGateway, await tokenOf('af-system'))
  const reading = messagesOf(await instance.current.gateway('af-system').subscribe(''))
  const before = residentMegabytes(ready.pid)

  const delivered = new Set<string>()
  const reporting = reportUntilBroken(instance.current, participants, { round: 1, atOnce: 16, enough: reports })
  while (delivered.size < reports) {
    const { value } = await reading.next()
    if (value.type === 'samresa.planning.v1.AgencyMeasureRecorded') delivered.add(value.correlationId)
  }
  const { receipts, broken } = await reporting
  expect(broken).toBeUndefined()
  expect(receipts.length).toBeGreaterThanOrEqual(reports)
  const after = residentMegabytes(ready.pid)
  if (before !== undefined && after !== undefined) expect(after - before).toBeLessThan(mostGrowthMegabytes)

  // The stalled client sees its end only by reading again, so the product's patience has to pass first.
  const stoppedReading = performance.now()
  await waitUntil("the product's patience has passed", () => performance.now() - stoppedReading > productsPatienceMs + 2_000, 30_000)
  const end = await deaf.listen()
  expect(end.status).toBe(String(status.RESOURCE_EXHAUSTED))
  deaf.close()

  const cursor = /cursor (\S+)$/.exec(end.message)?.[1] ?? ''
  const resumed = messagesOf(await instance.current.gateway('af-system').subscribe(cursor))
  expect((await resumed.next()).value.type).toMatch(/^samresa\.planning\.v1\./)
  await resumed.return?.()
  await reading.return?.()
})
