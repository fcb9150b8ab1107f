import { create } from '@bufbuild/protobuf'
import { directory as contract } from '@samresa/contracts'
import { createGrpcClient, createLocalServices } from '@samresa/grpc'
import { notFound, RejectionError, reject } from '@samresa/kernel'
import { expect, test } from 'vitest'
import { createDirectory } from './directory.ts'

/** A journey that knows Yonas, counts how often it is asked, and can be out of reach. */
function aJourney(maxAgeMs: number) {
  const journey = { calls: 0, failure: undefined as RejectionError | undefined, agencies: ['AME'], time: 0 }
  const local = createLocalServices()
  local.serve(contract.DirectoryService, {
    findParticipant: async ({ person }) => {
      journey.calls += 1
      if (journey.failure !== undefined) throw journey.failure
      if (person.value !== 'yonas-id' && person.value !== '197809032399') throw new RejectionError(notFound())
      const consents = [create(contract.ConsentSchema, { consentId: 'k', between: ['AME', 'AF'], from: '2025-11-03' })]
      return { participant: create(contract.ParticipantFactsSchema, { participantId: 'yonas-id', agencies: journey.agencies, consents }) }
    },
    listTimelineEvidence: async () => ({ rows: [] }),
  })
  const directory = createDirectory({ client: createGrpcClient(contract.DirectoryService, local), maxAgeMs, now: () => journey.time })
  return { journey, directory }
}

const outOfReach = new RejectionError(reject('unavailable', 'SERVICE_UNAVAILABLE', 'Try again.'))

test('finds by id and by personal number, and nobody who is not enrolled', async () => {
  const { directory } = aJourney(0)
  expect((await directory.find({ participantId: 'yonas-id' }))?.agencies).toEqual(['AME'])
  expect((await directory.find({ personalNumber: '197809032399' }))?.participantId).toBe('yonas-id')
  expect(await directory.find({ participantId: 'nobody' })).toBeUndefined()
})

test('keeps no copy in the same process, so that a change works at once', async () => {
  const { journey, directory } = aJourney(0)
  await directory.find({ participantId: 'yonas-id' })
  journey.agencies = ['AME', 'AF']
  expect((await directory.find({ participantId: 'yonas-id' }))?.agencies).toEqual(['AME', 'AF'])
  journey.failure = outOfReach
  await expect(directory.find({ participantId: 'yonas-id' })).rejects.toBe(outOfReach)
})

test('uses a copy again for as long as it is fresh', async () => {
  const { journey, directory } = aJourney(1_000)
  await directory.find({ participantId: 'yonas-id' })
  journey.time = 1_000
  await directory.find({ participantId: 'yonas-id' })
  expect(journey.calls).toBe(1)
  journey.time = 1_001
  await directory.find({ participantId: 'yonas-id' })
  expect(journey.calls).toBe(2)
})

test('does not remember that somebody was unknown', async () => {
  const { journey, directory } = aJourney(1_000)
  await directory.find({ participantId: 'nobody' })
  await directory.find({ participantId: 'nobody' })
  expect(journey.calls).toBe(2)
})

test('forgets the consents of a copy when journey has been out of reach for more than five seconds', async () => {
  const { journey, directory } = aJourney(1_000)
  await directory.find({ participantId: 'yonas-id' })
  journey.failure = outOfReach
  journey.time = 5_000
  expect((await directory.find({ participantId: 'yonas-id' }))?.consents).toHaveLength(1)
  journey.time = 5_001
  const old = await directory.find({ participantId: 'yonas-id' })
  expect(old?.consents).toEqual([])
  expect(old?.agencies).toEqual(['AME'])
  journey.failure = undefined
  expect((await directory.find({ participantId: 'yonas-id' }))?.consents).toHaveLength(1)
})

test('guesses nothing about somebody it has no copy of', async () => {
  const { journey, directory } = aJourney(1_000)
  journey.failure = outOfReach
  await expect(directory.find({ participantId: 'yonas-id' })).rejects.toBe(outOfReach)
})

test('a failure that is not about reach is not covered up by a copy', async () => {
  const { journey, directory } = aJourney(1_000)
  await directory.find({ participantId: 'yonas-id' })
  journey.time = 2_000
  journey.failure = new RejectionError(reject('forbidden', 'FORBIDDEN', 'No.'))
  await expect(directory.find({ participantId: 'yonas-id' })).rejects.toThrow('FORBIDDEN')
})
