import { newId } from '@samresa/kernel'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { enrolmentOf, type JourneyApp, startJourneyApp, yonasNumber } from '../../testing/journey-app.ts'

let app: JourneyApp
beforeEach(async () => {
  app = await startJourneyApp()
})
afterEach(() => app.close())

const enrolment = enrolmentOf('Yonas Tesfay', yonasNumber)

test('an enrolled participant is described to the caseworker with number and telephone', async () => {
  const enrolled = await app.call('anna', 'POST', '/v1/participants', enrolment)
  expect(enrolled.status).toBe(201)
  expect(enrolled.body.agencies).toEqual(['AME', 'AF', 'FK', 'EB'])
  expect(enrolled.body.consents).toHaveLength(3)
  expect(enrolled.body.consents[0]).toEqual({ consentId: expect.any(String), between: ['AME', 'AF'], from: '2025-11-03', except: [] })
  const { body } = await app.call('anna', 'GET', `/v1/participants/${enrolled.body.participantId}`)
  expect(body).toEqual({
    participantId: enrolled.body.participantId,
    name: 'Yonas Tesfay',
    languages: ['ti'],
    agencies: ['AME', 'AF', 'FK', 'EB'],
    consents: enrolled.body.consents,
    phone: '+46701740606',
    personalNumber: yonasNumber,
  })
})

test('an officer sees neither number nor telephone, and only the consents of the own agency', async () => {
  const id = await app.enrolYonas()
  const { body } = await app.call('eva', 'GET', `/v1/participants/${id}`)
  expect(body).not.toHaveProperty('phone')
  expect(body).not.toHaveProperty('personalNumber')
  expect(body.consents.map((consent: { between: string[] }) => consent.between)).toEqual([['AME', 'EB']])
})

test('the same person is not enrolled twice, however the number is written', async () => {
  await app.enrolYonas()
  const again = await app.call('anna', 'POST', '/v1/participants', { ...enrolment, personalNumber: '19780903-2399', name: 'Someone' })
  expect([again.status, again.body.code]).toEqual([409, 'ALREADY_ENROLLED'])
  const found = await app.call('anna', 'POST', '/v1/participants/search', { personalNumber: yonasNumber })
  expect(found.body.items[0].name).toBe('Yonas Tesfay')
})

test('two enrolments of one person at once leave one participant with the facts of the first', async () => {
  const answers = await Promise.all(
    ['Yonas Ett', 'Yonas Två'].map((name) => app.call('anna', 'POST', '/v1/participants', { ...enrolment, name })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
  const winner = answers[0]!.status === 201 ? 'Yonas Ett' : 'Yonas Två'
  const found = await app.call('anna', 'POST', '/v1/participants/search', { personalNumber: yonasNumber })
  expect(found.body.items[0].name).toBe(winner)
})

test('a repeated Idempotency-Key gives the first answer and enrols once', async () => {
  const key = { 'idempotency-key': 'first' }
  const first = await app.call('anna', 'POST', '/v1/participants', enrolment, key)
  const second = await app.call('anna', 'POST', '/v1/participants', enrolment, key)
  expect(second.status).toBe(201)
  expect(second.body).toEqual(first.body)
})

test('an Idempotency-Key that was used for somebody else is refused', async () => {
  const key = { 'idempotency-key': 'first' }
  await app.call('anna', 'POST', '/v1/participants', enrolment, key)
  const other = await app.call('anna', 'POST', '/v1/participants', enrolmentOf('Rania Haddad', '199104172383'), key)
  expect([other.status, other.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED'])
})

test.each([
  ['a number that cannot exist', { personalNumber: '197809032398' }, '/personalNumber'],
  ['an unknown agency', { agencies: ['AME', 'XX'] }, '/agencies/1'],
  ['an end before the start', { capacity: [{ from: '2026-02-01', to: '2026-01-01', hoursPerWeek: 40 }] }, '/capacity/0/to'],
  ['an unknown member', { nickname: 'Y' }, '/nickname'],
  ['no name', { name: undefined }, '/name'],
])('%s is refused with the field, and nothing is kept', async (_fault, more, pointer) => {
  const refused = await app.call('anna', 'POST', '/v1/participants', { ...enrolment, ...more })
  expect([refused.status, refused.body.code]).toEqual([400, 'INVALID_FIELD'])
  expect(refused.body.fields[0].pointer).toBe(pointer)
  expect(JSON.stringify(refused.body)).not.toContain('1978')
  expect(await app.store.documents.find('vault-v1', { limit: 1 })).toEqual([])
})

test('an enrolment whose commit never came is taken up again under the same id', async () => {
  const { createDocumentVault } = await import('../../outbound/vault.documents.ts')
  const vault = createDocumentVault({ documents: app.store.documents, seal: app.seal })
  const id = newId()
  expect(await vault.claim(yonasNumber, id)).toBe(id)
  await vault.keep(id, { name: 'Yonas', personalNumber: yonasNumber }, { by: 'anna', at: '2026-04-28T06:00:00.000Z' })
  expect((await app.call('anna', 'GET', '/v1/participants')).body.total).toBe(0)
  expect((await app.call('anna', 'POST', '/v1/participants/search', { personalNumber: yonasNumber })).body.items).toEqual([])
  expect(await app.enrolYonas()).toBe(id)
  expect((await app.call('anna', 'GET', `/v1/participants/${id}`)).body.name).toBe('Yonas Tesfay')
})

test('a number stands for the id that claimed it first', async () => {
  const { createDocumentVault } = await import('../../outbound/vault.documents.ts')
  const vault = () => createDocumentVault({ documents: app.store.documents, seal: app.seal })
  const ids = await Promise.all([vault().claim(yonasNumber, 'one'), vault().claim(yonasNumber, 'two')])
  expect(new Set(ids).size).toBe(1)
})

test('search finds by the whole number only', async () => {
  const id = await app.enrolYonas()
  const search = (user: string, personalNumber: string) => app.call(user, 'POST', '/v1/participants/search', { personalNumber })
  expect((await search('eva', '19780903-2399')).body).toEqual({
    items: [{ participantId: id, name: 'Yonas Tesfay', agencies: ['AME', 'AF', 'FK', 'EB'] }],
    page: 1,
    limit: 20,
    total: 1,
  })
  expect((await search('anna', '196901012382')).body.items).toEqual([])
  expect((await search('anna', '1978')).body.code).toBe('INVALID_FIELD')
})

test('the own list is paged in the order of enrolment and holds nobody else', async () => {
  await app.enrolYonas()
  await app.call('anna', 'POST', '/v1/participants', enrolmentOf('Rania Haddad', '199104172383'))
  await app.call('nils', 'POST', '/v1/participants', enrolmentOf('Halima Osman', '196901012382'))
  const page = async (user: string, query = '') => {
    const { body } = await app.call(user, 'GET', `/v1/participants${query}`)
    return [body.items.map((item: { name: string }) => item.name), body.total]
  }
  expect(await page('anna')).toEqual([['Yonas Tesfay', 'Rania Haddad'], 2])
  expect(await page('anna', '?page=2&limit=1')).toEqual([['Rania Haddad'], 2])
  expect(await page('nils')).toEqual([['Halima Osman'], 1])
})

test('no personal fact stands readable in the files', async () => {
  const id = await app.enrolYonas()
  const commits = await app.store.commits.readStream(`participant-${id}`)
  const documents = await Promise.all(
    ['vault-v1', 'vault-number-v1', 'caseload-v1'].map((name) => app.store.documents.find(name, { limit: 10 })),
  )
  const text = JSON.stringify([commits, documents])
  for (const fact of ['Yonas', 'Tesfay', yonasNumber, '0701740606', '+46701740606']) expect(text).not.toContain(fact)
})
