import { expect, onTestFinished, test } from 'vitest'
import { enrolmentOf, startJourneyApp } from '../../testing/journey-app.ts'
import { trainingAdded } from '../../testing/plan-events.ts'

async function twoProcesses() {
  const app = await startJourneyApp({ shared: true })
  onTestFinished(app.close)
  const { id } = await app.enrol()
  return { app, id, stream: await app.followAtSecond('anna', `/v1/participants/${id}/timeline/stream?after=0.0`) }
}

test('who follows at one process hears what another has written, each row once and in order', async () => {
  const { app, id, stream } = await twoProcesses()
  await app.service.caughtUp()
  const enrolled: number = (await app.call('anna', 'GET', `/v1/participants/${id}/timeline`)).body.total
  for (let count = 0; count < 10; count += 1) await app.planningTells(id, trainingAdded())
  const ids: string[] = []
  while (ids.at(-1)?.endsWith('.10') !== true) ids.push((await stream.next())!.id!)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.length).toBe(10 + enrolled)
  expect(ids.filter((cursor) => !cursor.endsWith('.0')).map((cursor) => Number(cursor.split('.')[1]))).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ])
  stream.leave()
})

test('a withdrawal at one process works on a stream that is open at another', async () => {
  const { app, id } = await twoProcesses()
  const stream = await app.followAtSecond('eva', `/v1/participants/${id}/timeline/stream`)
  await app.planningTells(id, trainingAdded())
  expect((await stream.next())?.data.view).toBe('whole')
  await app.call(id, 'DELETE', `/v1/participants/${id}/consents?between=AME,EB`)
  await app.planningTells(id, trainingAdded())
  const [withdrawn, masked] = [await stream.next(), await stream.next()]
  expect(withdrawn?.data.type).toBe('samresa.journey.v1.ConsentWithdrawn')
  expect(masked?.data.view).toBe('masked')
  stream.leave()
})

test('of two who take the same person in at once at different processes one does, and what that one has told is what is kept', async () => {
  const { app } = await twoProcesses()
  for (let round = 0; round < 10; round += 1) {
    const personalNumber = app.aNumber()
    const answers = await Promise.all([
      app.call('anna', 'POST', '/v1/participants', enrolmentOf('Anna Annasdotter', personalNumber)),
      app.callAtSecond('nils', 'POST', '/v1/participants', enrolmentOf('Nils Nilsson', personalNumber)),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409])
    const done = answers[0].status === 201 ? 0 : 1
    const { body } = await app.call(['anna', 'nils'][done]!, 'GET', `/v1/participants/${answers[done]!.body.participantId}`)
    expect(body.name).toBe(['Anna Annasdotter', 'Nils Nilsson'][done])
  }
})
