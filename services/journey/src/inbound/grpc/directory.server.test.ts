import { directory as contract } from '@samresa/contracts'
import { createDirectory } from '@samresa/directory'
import { createGrpcClient } from '@samresa/grpc'
import { newId } from '@samresa/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type JourneyApp, startJourneyApp } from '../../testing/journey-app.ts'
import { matchingRecorded } from '../../testing/plan-events.ts'

let app: JourneyApp
let yonas: { id: string; personalNumber: string }
beforeAll(async () => {
  app = await startJourneyApp()
  yonas = await app.enrol({ protectedIdentity: true, capacity: [{ from: '2026-01-01', to: '2026-08-31', hoursPerWeek: 20 }] })
})
afterAll(() => app.close())

const client = () => createGrpcClient(contract.DirectoryService, app.local)
const directory = () => createDirectory({ client: client(), maxAgeMs: 0 })

test('finds an enrolled participant by id and by number, however it is written', async () => {
  const facts = await directory().find({ participantId: yonas.id })
  expect(facts).toMatchObject({
    participantId: yonas.id,
    agencies: ['AME', 'AF', 'FK', 'EB'],
    caseworkers: ['anna'],
    protectedIdentity: true,
  })
  expect(facts?.consents).toHaveLength(3)
  expect(facts?.capacity).toMatchObject([{ from: '2026-01-01', to: '2026-08-31', hoursPerWeek: 20 }])
  const { personalNumber: digits } = yonas
  for (const personalNumber of [digits, `${digits.slice(0, 8)}-${digits.slice(8)}`])
    expect((await directory().find({ personalNumber }))?.participantId).toBe(yonas.id)
})

test('nobody is found who is not enrolled, and a number that cannot exist is refused', async () => {
  expect(await directory().find({ participantId: newId() })).toBeUndefined()
  expect(await directory().find({ personalNumber: '196901012382' })).toBeUndefined()
  await expect(client().findParticipant({})).rejects.toThrow('NOT_FOUND')
  await expect(directory().find({ personalNumber: '197809032398' })).rejects.toThrow('INVALID_FIELD')
})

test('a withdrawal is known to the next question', async () => {
  await app.call(yonas.id, 'DELETE', `/v1/participants/${yonas.id}/consents?between=AME,FK`)
  const facts = await directory().find({ participantId: yonas.id })
  expect(facts?.consents.filter(({ withdrawnOn }) => withdrawnOn !== '').map(({ between }) => between)).toEqual([['AME', 'FK']])
})

test('the timeline proves what it shows of a correlation', async () => {
  const correlationId = await app.planningTells(yonas.id, matchingRecorded())
  const { rows } = await client().listTimelineEvidence({ correlationId })
  expect(rows).toMatchObject([
    { type: 'samresa.planning.v1.AgencyMeasureRecorded', participantId: yonas.id, shownAt: expect.stringMatching(/Z$/) },
  ])
  expect((await client().listTimelineEvidence({ correlationId: newId() })).rows).toEqual([])
})
