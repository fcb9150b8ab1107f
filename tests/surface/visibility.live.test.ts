import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, expect, inject, test } from 'vitest'
import { readEvents } from '../product/event-source.ts'
import { useInstance } from '../product/live-instance.ts'
import { waitUntil } from '../product/wait-until.ts'
import { matchingReport, measureOf, messagesOf, nextMessage, type RestConflict, type RestPlan, yonasId } from '../product/yonas.ts'

const instance = useInstance(15_200)
const id = () => yonasId(instance.current)
const planOf = (user: string) => instance.current.rest(user).get<RestPlan>('planning', `/v1/participants/${id()}/plan`)

interface TimelineItem {
  view: 'whole' | 'masked' | 'sealed'
  type?: string
  data: Record<string, unknown>
}
const timelineOf = (user: string) => instance.current.rest(user).all<TimelineItem>('journey', `/v1/participants/${id()}/timeline`)

/** Words of AF's measure that only those may read who see it whole. */
const secrets = ['Rusta och matcha', 'STO', 'M2.4', 'leverantör']
/** Words of the municipality's measures. */
const ownWords = ['Arbetsträning second hand', 'NOR', 'Rörelsegrupp']

let afMeasureId = ''
beforeAll(async () => {
  const receipt = await instance.current.gateway('af-system').reportMeasure(matchingReport)
  afMeasureId = receipt.measureId
  const anna = instance.current.rest('anna')
  const overlap = await waitUntil('the clash is recorded', async () =>
    (await anna.all<RestConflict>('planning', `/v1/participants/${id()}/conflicts`)).find(({ code }) => code === 'TIME_OVERLAP'),
  )
  await anna.post('planning', `/v1/participants/${id()}/conflicts/${overlap.id}/until-decided`, {
    text: 'Gå inte till Storhamn än.',
    attend: measureOf(await planOf('anna'), 'M2.1').measureId,
  })
  const changes = [{ measureId: afMeasureId, from: '2026-08-31' }]
  await anna.post('planning', `/v1/participants/${id()}/proposals`, {
    conflictId: overlap.id,
    options: [{ label: 'Senare Rusta och matcha', changes }],
    reason: 'Storhamn ligger för långt bort',
  })
  await waitUntil('the report is on the timeline', async () =>
    (await timelineOf('anna')).some(({ type }) => type?.endsWith('.AgencyMeasureRecorded')),
  )
})

test.each(['anna', 'yonas', 'af-officer', 'af-system'])('%s sees all four measures whole', async (user) => {
  const { measures } = await planOf(user)
  expect(measures.map(({ ref, masked }) => [ref, masked ?? false]).sort()).toEqual(
    ['M2.1', 'M2.2', 'M2.3', 'M2.4'].map((ref) => [ref, false]),
  )
})

test.each(['eva', 'frida'])("%s sees the municipality's measures whole and AF's as busy time only", async (user) => {
  const { measures } = await planOf(user)
  expect(
    measures
      .filter(({ masked }) => !masked)
      .map(({ ref }) => ref)
      .sort(),
  ).toEqual(['M2.1', 'M2.2', 'M2.3'])
  const masked = measures.filter((measure) => measure.masked)
  expect(masked).toEqual([{ masked: true, weekly: matchingReport.measure?.weekly, from: '2026-05-04', to: '2026-11-03' }])
})

test.each(['eva', 'frida'])('nothing of AF reaches %s in conflicts or on the timeline', async (user) => {
  const conflicts = await instance.current.rest(user).all('planning', `/v1/participants/${id()}/conflicts`)
  const proposals = await instance.current.rest(user).all('planning', `/v1/participants/${id()}/proposals`)
  const items = await timelineOf(user)
  expect([conflicts.length, proposals]).toEqual([1, []])
  const seen = JSON.stringify({ conflicts, items })
  for (const secret of [...secrets, 'Storhamn', afMeasureId]) expect(seen).not.toContain(secret)
  for (const word of ownWords) expect(JSON.stringify(items)).toContain(word)
  const busy = items.filter(({ view }) => view === 'masked')
  expect(busy.filter(({ type }) => type !== undefined)).toEqual([])
  // A masked measure is its times and nothing else; a masked conflict is its dates and the measure that may be seen.
  const measures = busy.filter(({ data }) => data['conflictId'] === undefined)
  expect(measures.map(({ data }) => data)).toEqual([{ weekly: matchingReport.measure.weekly, from: '2026-05-04', to: '2026-11-03' }])
  for (const { data } of busy.filter(({ data }) => data['conflictId'] !== undefined)) {
    expect(Object.keys(data).filter((key) => !['conflictId', 'finding', 'parties', 'attend', 'nothingToDo', 'at'].includes(key))).toEqual(
      [],
    )
  }
})

test('nils, without a relation, finds nothing', async () => {
  expect((await instance.current.rest('nils').call('GET', 'planning', `/v1/participants/${id()}/plan`)).status).toBe(404)
  expect((await instance.current.rest('nils').call('GET', 'journey', `/v1/participants/${id()}/timeline`)).status).toBe(404)
})

test('another participant finds nothing', async () => {
  expect((await instance.current.rest('rania').call('GET', 'planning', `/v1/participants/${id()}/plan`)).status).toBe(404)
})

test('the auditor sees every event, its texts sealed', async () => {
  const [items, whole] = [await timelineOf('auditor'), await timelineOf('yonas')]
  expect(items).toHaveLength(whole.length)
  for (const { view } of items) expect(view).toBe('sealed')
  const seen = JSON.stringify(items)
  for (const text of ['Rusta och matcha', 'Arbetsträning second hand', 'Rörelsegrupp']) expect(seen).not.toContain(text)
})

test.each(['plan', 'conflicts', 'proposals'])('the auditor reads the %s without a text of it', async (route) => {
  const answer = await instance.current.rest('auditor').call('GET', 'planning', `/v1/participants/${id()}/${route}`)
  expect(answer.status).toBe(200)
  const seen = JSON.stringify(answer.body)
  for (const text of ['Rusta och matcha', 'Arbetsträning second hand', 'Storhamn', 'referens']) expect(seen).not.toContain(text)
})

test("AF's own stream carries the municipality's measures whole, and FK's carries AF's as busy time", async () => {
  const read = async (user: string, until: string) => {
    const messages = messagesOf(await instance.current.gateway(user).subscribe('begin'))
    const seen: string[] = []
    await nextMessage(messages, (message) => {
      seen.push(`${message.type} ${message.payload}`)
      return message.payload.includes(until)
    })
    await messages.return?.()
    return seen.join('\n')
  }
  const own = await read('af-system', afMeasureId)
  for (const word of ownWords) expect(own).toContain(word)
  const others = await read('fk-system', '2026-11-03')
  for (const secret of [...secrets, afMeasureId]) expect(others).not.toContain(secret)
})

/** Between processes the consents are known as they were a second ago. */
const takesEffectMs = { embedded: 0, production: 1_000 }

test('a withdrawn consent masks at once: in answers, on an open gRPC stream and on an open event stream', async () => {
  const gatewayStream = messagesOf(await instance.current.gateway('fk-system').subscribe(''))
  const token = await instance.current.tokenOf('frida')
  const abort = new AbortController()
  const response = await fetch(`${instance.current.ready.services.journey}/v1/participants/${id()}/timeline/stream`, {
    headers: { authorization: `Bearer ${token}`, 'samresa-purpose': 'planning', accept: 'text/event-stream' },
    signal: abort.signal,
  })
  expect(response.status).toBe(200)
  const events = readEvents(response.body!)

  const withdrawal = await instance.current.rest('yonas').call('DELETE', 'journey', `/v1/participants/${id()}/consents?between=AME,FK`)
  expect(withdrawal.status).toBe(200)
  await pause(takesEffectMs[inject('engines')])
  const { measures } = await planOf('frida')
  expect(measures.every(({ masked }) => masked === true)).toBe(true)
  for (const word of [...ownWords, ...secrets]) expect(JSON.stringify(await timelineOf('frida'))).not.toContain(word)

  const added = await instance.current.rest('anna').post<{ measureId: string }>('planning', `/v1/participants/${id()}/measures`, {
    owner: 'AME',
    measure: {
      ref: 'AFTER',
      version: '1',
      title: 'Kanarieord',
      areas: ['job'],
      place: 'BIB',
      weekly: [{ days: ['SU'], start: '10:00', end: '10:30' }],
      from: '2026-12-06',
      to: '2026-12-13',
      purpose: 'p',
      leadsTo: 'l',
    },
    agreed: true,
  })
  const overGateway = await nextMessage(gatewayStream, ({ payload }) => payload.includes('2026-12-06'))
  expect(overGateway.payload).not.toMatch(/Kanarieord|BIB/)
  expect(overGateway.payload).not.toContain(added.measureId)
  for await (const event of events) {
    if (!event.data.includes('2026-12-06')) continue
    expect(event.data).not.toMatch(/Kanarieord|BIB/)
    expect(event.data).not.toContain(added.measureId)
    break
  }
  abort.abort()
  await gatewayStream.return?.()
})
