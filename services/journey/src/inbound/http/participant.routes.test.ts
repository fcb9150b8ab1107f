import { newId } from '@samresa/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDocumentVault } from '../../outbound/vault.documents.ts'
import { enrolmentOf, type JourneyApp, startJourneyApp } from '../../testing/journey-app.ts'

let app: JourneyApp
beforeAll(async () => {
  app = await startJourneyApp()
})
afterAll(() => app.close())

const dashed = (personalNumber: string) => `${personalNumber.slice(0, 8)}-${personalNumber.slice(8)}`
const search = async (user: string, personalNumber: string) =>
  (await app.call(user, 'POST', '/v1/participants/search', { personalNumber })).body

test('an enrolled participant is described to the caseworker with number and telephone', async () => {
  const personalNumber = app.aNumber()
  const enrolled = await app.call('anna', 'POST', '/v1/participants', enrolmentOf('Yonas Tesfay', personalNumber))
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
    personalNumber,
  })
})

test('an officer sees neither number nor telephone, and only the consents of the own agency', async () => {
  const { id } = await app.enrol()
  const { body } = await app.call('eva', 'GET', `/v1/participants/${id}`)
  expect(body).not.toHaveProperty('phone')
  expect(body).not.toHaveProperty('personalNumber')
  expect(body.consents.map((consent: { between: string[] }) => consent.between)).toEqual([['AME', 'EB']])
})

test('the same person is not enrolled twice, however the number is written, and stays as first enrolled', async () => {
  const { personalNumber } = await app.enrol()
  const again = await app.call('anna', 'POST', '/v1/participants', enrolmentOf('Someone', dashed(personalNumber)))
  expect([again.status, again.body.code]).toEqual([409, 'ALREADY_ENROLLED'])
  expect((await search('anna', personalNumber)).items[0].name).toBe('Yonas Tesfay')
})

test('an attempt to enrol somebody else’s participant is told nothing more than that, and is on record', async () => {
  const { id, personalNumber } = await app.enrol()
  const own = await app.call('anna', 'POST', '/v1/participants', enrolmentOf('Someone', personalNumber))
  const foreign = await app.call('nils', 'POST', '/v1/participants', enrolmentOf('Someone', personalNumber))
  const told = ({ status, body: { code, detail } }: typeof own) => ({ status, code, detail })
  expect(told(foreign)).toEqual(told(own))
  expect(told(foreign)).toMatchObject({ status: 409, code: 'ALREADY_ENROLLED' })
  const records = (await app.accessRecords()).filter(({ subject, route }) => subject === id && route === 'POST /v1/participants')
  expect(records.map(({ user, decision }) => [user, decision])).toEqual([
    ['anna', 'ALLOWED'],
    ['anna', 'ALLOWED'],
    ['nils', 'DENIED'],
  ])
})

test('two enrolments of one person at once leave one participant with the facts of the one that counted', async () => {
  const personalNumber = app.aNumber()
  const names = ['Yonas Ett', 'Yonas Två']
  const answers = await Promise.all(names.map((name) => app.call('anna', 'POST', '/v1/participants', enrolmentOf(name, personalNumber))))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
  const counted = names[answers.findIndex(({ status }) => status === 201)]
  expect((await search('anna', personalNumber)).items[0].name).toBe(counted)
})

test('a repeated Idempotency-Key gives the first answer and enrols once', async () => {
  const enrolment = enrolmentOf('Yonas Tesfay', app.aNumber())
  const first = await app.call('anna', 'POST', '/v1/participants', enrolment, { 'idempotency-key': 'repeated' })
  const second = await app.call('anna', 'POST', '/v1/participants', enrolment, { 'idempotency-key': 'repeated' })
  expect(second.status).toBe(201)
  expect(second.body).toEqual(first.body)
})

test('an Idempotency-Key that was used for somebody else is refused', async () => {
  const enrol = (name: string) =>
    app.call('anna', 'POST', '/v1/participants', enrolmentOf(name, app.aNumber()), { 'idempotency-key': 'reused' })
  await enrol('Yonas Tesfay')
  const other = await enrol('Rania Haddad')
  expect([other.status, other.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED'])
})

test.each([
  ['a number that cannot exist', { personalNumber: '197809032398' }, '/personalNumber'],
  ['an unknown agency', { agencies: ['AME', 'XX'] }, '/agencies/1'],
  ['an end before the start', { capacity: [{ from: '2026-02-01', to: '2026-01-01', hoursPerWeek: 40 }] }, '/capacity/0/to'],
  ['an unknown member', { nickname: 'Y' }, '/nickname'],
  ['no name', { name: undefined }, '/name'],
])('%s is refused with the field, and nothing is kept', async (_fault, more, pointer) => {
  const before = await app.store.documents.find('vault-v1', { limit: 100 })
  const refused = await app.call('anna', 'POST', '/v1/participants', { ...enrolmentOf('Yonas Tesfay', app.aNumber()), ...more })
  expect([refused.status, refused.body.code]).toEqual([400, 'INVALID_FIELD'])
  expect(refused.body.fields[0].pointer).toBe(pointer)
  expect(JSON.stringify(refused.body)).not.toContain('1978')
  expect(await app.store.documents.find('vault-v1', { limit: 100 })).toEqual(before)
})

test('an enrolment whose commit never came is taken up again under the same id', async () => {
  const caseworker = app.aCaseworker()
  const personalNumber = app.aNumber()
  const vault = createDocumentVault({ documents: app.store.documents, seal: app.seal })
  const id = newId()
  expect(await vault.claim(personalNumber, id)).toBe(id)
  await vault.keep(id, { name: 'Yonas', personalNumber }, { by: caseworker, at: '2026-04-28T06:00:00.000Z', commandId: newId(), kept: 0 })
  expect((await app.call(caseworker, 'GET', '/v1/participants')).body.total).toBe(0)
  expect((await search(caseworker, personalNumber)).items).toEqual([])
  const enrolled = await app.call(caseworker, 'POST', '/v1/participants', enrolmentOf('Yonas Tesfay', personalNumber))
  expect(enrolled.body.participantId).toBe(id)
  expect((await app.call(caseworker, 'GET', '/v1/participants')).body).toMatchObject({ items: [{ name: 'Yonas Tesfay' }], total: 1 })
})

test('a number stands for the id that claimed it first', async () => {
  const vault = () => createDocumentVault({ documents: app.store.documents, seal: app.seal })
  const personalNumber = app.aNumber()
  const ids = await Promise.all([vault().claim(personalNumber, 'one'), vault().claim(personalNumber, 'two')])
  expect(new Set(ids).size).toBe(1)
})

test('search finds by the whole number only', async () => {
  const { id, personalNumber } = await app.enrol()
  const line = { participantId: id, name: 'Yonas Tesfay', agencies: ['AME', 'AF', 'FK', 'EB'] }
  expect(await search('eva', dashed(personalNumber))).toEqual({ items: [line], page: 1, limit: 20, total: 1 })
  expect((await search('anna', app.aNumber())).items).toEqual([])
  expect((await search('anna', personalNumber.slice(0, 8))).code).toBe('INVALID_FIELD')
})

test('the own list is paged in the order of enrolment and holds nobody else', async () => {
  const [one, other] = [app.aCaseworker(), app.aCaseworker()]
  await app.enrol({ name: 'Yonas Tesfay' }, one)
  await app.enrol({ name: 'Halima Osman' }, other)
  await app.enrol({ name: 'Rania Haddad' }, one)
  const page = async (user: string, query = '') => {
    const { body } = await app.call(user, 'GET', `/v1/participants${query}`)
    return [body.items.map((item: { name: string }) => item.name), body.total]
  }
  expect(await page(one)).toEqual([['Yonas Tesfay', 'Rania Haddad'], 2])
  expect(await page(one, '?page=2&limit=1')).toEqual([['Rania Haddad'], 2])
  expect(await page(other)).toEqual([['Halima Osman'], 1])
})

test('a list leaves an access record for each participant on the page', async () => {
  const caseworker = app.aCaseworker()
  const [first, second] = [await app.enrol({}, caseworker), await app.enrol({}, caseworker)]
  await app.call(caseworker, 'GET', '/v1/participants?limit=1')
  const listed = (await app.accessRecords()).filter(({ user, route }) => user === caseworker && route === 'GET /v1/participants')
  expect(listed.map(({ subject }) => subject)).toEqual([first.id])
  expect(listed.map(({ subject }) => subject)).not.toContain(second.id)
})

test('no personal fact stands readable in the files', async () => {
  const { id, personalNumber } = await app.enrol()
  const commits = await app.store.commits.readStream(`participant-${id}`)
  const collections = ['vault-v1', 'vault-number-v1', 'caseload-v1']
  const documents = await Promise.all(collections.map((name) => app.store.documents.find(name, { limit: 100 })))
  expect(documents.every((found) => found.length > 0)).toBe(true)
  const text = JSON.stringify([commits, documents])
  for (const fact of ['Yonas', 'Tesfay', personalNumber, '+46701740606']) expect(text).not.toContain(fact)
})

test('the name of somebody with a protected identity goes to the caseworker and the participant only', async () => {
  const { id, personalNumber, user } = await app.enrol({ protectedIdentity: true })
  const nameFor = async (reader: string) => (await app.call(reader, 'GET', `/v1/participants/${id}`)).body.name
  expect([await nameFor('anna'), await nameFor(user)]).toEqual(['Yonas Tesfay', 'Yonas Tesfay'])
  expect([await nameFor('eva'), await nameFor('scenario')]).toEqual(['Skyddad identitet', 'Skyddad identitet'])
  expect((await search('eva', personalNumber)).items[0].name).toBe('Skyddad identitet')
  expect((await search('anna', personalNumber)).items[0].name).toBe('Yonas Tesfay')
})
