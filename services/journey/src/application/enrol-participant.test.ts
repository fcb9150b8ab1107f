import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccessLog } from '@samresa/access-log'
import { type Actor, businessClockFrom, newId } from '@samresa/kernel'
import { createSeal } from '@samresa/seal'
import { createStreamHandler, openEmbeddedStore } from '@samresa/store'
import { expect, onTestFinished, test } from 'vitest'
import { participantDecider } from '../domain/participant.ts'
import { createDocumentVault } from '../outbound/vault.documents.ts'
import { enrolmentOf } from '../testing/journey-app.ts'
import { personalNumbers } from '../testing/personal-numbers.ts'
import { createEnrolParticipant, type Enrolment } from './enrol-participant.ts'
import type { Vault } from './ports.ts'

const anna: Actor = { user: 'anna', role: 'caseworker', agency: 'AME' }

/** Processes of journey that share a store. */
async function aSharedJourney() {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-enrol-'))
  const store = await openEmbeddedStore({ file: join(folder, 'journey.db') })
  onTestFinished(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  const commits = { ...store.commits, soleWriter: false }
  const { documents } = store
  const seal = createSeal({ documents, masterKey: Buffer.alloc(32, 7) })
  const vault = createDocumentVault({ documents, seal })
  const streams = createStreamHandler({
    commits,
    decider: participantDecider,
    streamOf: (participantId) => `participant-${participantId}`,
    seal: seal.sealEvent,
    open: seal.openEvent,
    time: ({ data }) => data.occurredAt!,
  })
  const accessLog = createAccessLog({ commits, service: 'journey' })
  const now = Temporal.Now.instant()
  const aProcess = (through: Vault) =>
    createEnrolParticipant({ streams, vault: through, accessLog, businessClock: businessClockFrom(now, now), shared: true })
  return { vault, aProcess }
}

test('facts of another process that come between an enrolment’s commit and its crash go when the enrolment is repeated', async () => {
  const { vault, aProcess } = await aSharedJourney()
  const enrolment = enrolmentOf('Anna Annasdotter', personalNumbers().next()) as Enrolment
  const call = { actor: anna, purpose: 'planning' as const, correlationId: newId(), commandId: newId(), route: 'POST /v1/participants' }
  let times = 0
  const crashing = aProcess({
    ...vault,
    keep: async (participantId, facts, taken) => {
      times += 1
      if (times === 2) throw new Error('crashed after its commit')
      const kept = await vault.keep(participantId, facts, taken)
      const others = { by: 'nils', at: taken.at, commandId: newId(), kept: await vault.timesKept(participantId) }
      await vault.keep(participantId, { ...facts, name: 'Nils Nilsson' }, others)
      return kept
    },
  })
  await expect(crashing(enrolment, call)).rejects.toThrow('crashed after its commit')
  const { participantId } = await aProcess(vault)(enrolment, call)
  expect(await vault.open(participantId)).toMatchObject({ name: 'Anna Annasdotter' })
  const timesKept = await vault.timesKept(participantId)
  await aProcess(vault)(enrolment, call)
  expect(await vault.timesKept(participantId)).toBe(timesKept)
})
