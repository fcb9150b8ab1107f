import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import type { EventBus, EventRecord, Subscription } from '@samresa/bus'
import { directory as directoryContract } from '@samresa/contracts'
import { businessClockFrom, machineClock } from '@samresa/kernel'
import { createSeal } from '@samresa/seal'
import { openEmbeddedStore } from '@samresa/store'
import { createLogger } from '@samresa/telemetry'
import { expect, onTestFinished, test } from 'vitest'
import { createPlans } from '../../application/plans.ts'
import { aMeasure, context, idOf, participantId } from '../../domain/plan.builder.ts'
import { subscribeToAgencies } from './agency.consumers.ts'

const reported = (version: number, week: string): EventRecord => ({
  id: `report-${version}`,
  type: 'samresa.agency.v1.MeasureReported',
  source: 'agency-sync',
  subject: participantId,
  time: '2026-04-28T06:00:00.000Z',
  stream: `reports-${participantId}`,
  version,
  correlationId: 'c',
  at: '2026-04-28T06:00:00.000Z',
  actor: 'af-system',
  data: {
    agency: 'AF',
    measureId: idOf('AF', 'matching'),
    measure: { ...aMeasure('matching', week), version: String(version) },
    receipt: { receiptId: `receipt-${version}` },
    channel: 'CHANNEL_GRPC',
    decidedAt: '2026-04-28T05:00:00.000Z',
  },
  commit: { seq: version, hash: 'h', last: true },
})

/** Planning's plans, told of agencies' reports by the test. */
async function aConsumer() {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-reports-'))
  const { commits, documents, close } = await openEmbeddedStore({ file: join(folder, 'test.sqlite') })
  onTestFinished(async () => {
    await close()
    await rm(folder, { recursive: true })
  })
  const seal = createSeal({ documents, masterKey: Buffer.alloc(32, 7) })
  const directory = { find: async () => create(directoryContract.ParticipantFactsSchema, { participantId }) }
  const businessClock = businessClockFrom(Temporal.Instant.from('2026-04-28T06:00:00Z'), machineClock.now())
  const plans = createPlans({ commits, seal, directory, region: context.region, businessClock })
  let subscription: Subscription | undefined
  const bus: EventBus = {
    subscribe: async (given) => {
      subscription = given
      return { caughtUp: async () => undefined, close: async () => undefined }
    },
  }
  await subscribeToAgencies({ bus, seal, plans, logger: createLogger({ service: 'planning', level: 'silent' }) })
  return { hear: (batch: EventRecord[]) => subscription!.handle(batch), plan: () => plans.load(participantId) }
}

test('a report that is delivered again changes nothing, also when a later one has come meanwhile', async () => {
  const { hear, plan } = await aConsumer()
  const reports = [reported(1, 'MO 09:00-12:00'), reported(2, 'FR 13:00-16:00')]
  expect(await hear(reports)).toEqual(['done', 'done'])
  const once = await plan()
  expect(once.plan.measures.get(idOf('AF', 'matching'))?.measure.weekly).toMatchObject([{ days: ['FR'] }])
  expect(await hear(reports)).toEqual(['done', 'done'])
  expect(await plan()).toEqual(once)
})
