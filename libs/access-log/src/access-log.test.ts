import type { CommitStore } from '@samresa/store'
import { openTestStore } from '@samresa/testkit'
import { expect, test } from 'vitest'
import { type AccessEntry, createAccessLog } from './access-log.ts'

const anEntry = (participantId: string): AccessEntry => ({
  participantId,
  actor: { user: 'anna', role: 'caseworker', agency: 'AME' },
  route: 'GET /v1/participants/:id/plan',
  purpose: 'planning',
  decision: 'ALLOWED',
  correlationId: 'c-1',
})

/** The store with a gate before each append. */
function gated(commits: CommitStore) {
  const gates: (() => void)[] = []
  const groups: number[] = []
  const append: CommitStore['append'] = async (draft, after) => {
    groups.push(draft.events.length)
    await new Promise<void>((open) => gates.push(open))
    return commits.append(draft, after)
  }
  return { commits: { ...commits, append }, groups, openGate: () => gates.shift()!() }
}

test('a record is in the store when it resolves, with all that is known of the access', async () => {
  await using store = await openTestStore()
  const log = createAccessLog({ commits: store.commits, service: 'planning' })
  await log.record({ ...anEntry('p-1'), deliveries: [{ eventId: 'e-1', type: 't', correlationId: 'c-2', to: 'AF', position: '7' }] })
  const [commit] = await store.commits.readStream('access-planning')
  expect(commit!.events).toMatchObject([
    {
      type: 'samresa.access.v1.AccessRecorded',
      subject: 'p-1',
      data: {
        user: 'anna',
        agency: 'AME',
        role: 'caseworker',
        service: 'planning',
        route: 'GET /v1/participants/:id/plan',
        purpose: 'planning',
        decision: 'ALLOWED',
        correlationId: 'c-1',
        deliveries: [{ eventId: 'e-1', to: 'AF' }],
      },
    },
  ])
})

test('a record begins at once, and those that come meanwhile go together, at most fifty to a commit', async () => {
  await using store = await openTestStore()
  const { commits, groups, openGate } = gated(store.commits)
  const log = createAccessLog({ commits, service: 'planning' })
  const first = log.record(anEntry('p-0'))
  await expect.poll(() => groups).toEqual([1])
  const rest = Array.from({ length: 60 }, (_, index) => log.record(anEntry(`p-${index + 1}`)))
  openGate()
  await first
  await expect.poll(() => groups).toEqual([1, 50])
  openGate()
  await expect.poll(() => groups).toEqual([1, 50, 10])
  openGate()
  await Promise.all(rest)
  const subjects = (await store.commits.readStream('access-planning')).flatMap((commit) => commit.events.map((event) => event.subject))
  expect(subjects).toEqual(Array.from({ length: 61 }, (_, index) => `p-${index}`))
})

test('nothing resolves before it is durable, and a failed write refuses its whole group and no other', async () => {
  await using store = await openTestStore()
  let fail = true
  const append: CommitStore['append'] = async (draft, after) => {
    if (fail) throw new Error('disk')
    return store.commits.append(draft, after)
  }
  const log = createAccessLog({ commits: { ...store.commits, append }, service: 'planning' })
  await expect(log.record(anEntry('p-1'))).rejects.toThrow('disk')
  fail = false
  await log.record(anEntry('p-2'))
  expect(await store.commits.readStream('access-planning')).toMatchObject([{ seq: 1, events: [{ subject: 'p-2' }] }])
})

test('a log that is opened again goes on where the stream ends', async () => {
  await using store = await openTestStore()
  await createAccessLog({ commits: store.commits, service: 'planning' }).record(anEntry('p-1'))
  await createAccessLog({ commits: store.commits, service: 'planning' }).record(anEntry('p-2'))
  expect((await store.commits.readStream('access-planning')).map((commit) => commit.seq)).toEqual([1, 2])
})

test('processes of one service write side by side, each on its own stream', async () => {
  await using store = await openTestStore()
  const logs = ['a', 'b'].map((instance) => createAccessLog({ commits: store.commits, service: 'planning', instance }))
  await Promise.all(logs.map((log, index) => log.record(anEntry(`p-${index}`))))
  const streams = await Promise.all(['access-planning-a', 'access-planning-b'].map((stream) => store.commits.readStream(stream)))
  expect(streams.map(([commit]) => commit?.events[0]?.subject)).toEqual(['p-0', 'p-1'])
})

test('a log whose name another process has too, and which is always slower there, takes a stream of its own', async () => {
  await using store = await openTestStore()
  const other = createAccessLog({ commits: store.commits, service: 'planning' })
  let overtakers = 0
  const overtaken: CommitStore['append'] = async (draft, after) => {
    if (draft.stream === 'access-planning') await other.record(anEntry(`other-${++overtakers}`))
    return store.commits.append(draft, after)
  }
  const log = createAccessLog({ commits: { ...store.commits, append: overtaken }, service: 'planning' })
  await log.record(anEntry('p-1'))
  await log.record(anEntry('p-2'))
  expect(overtakers).toBe(3)
  const head = await store.commits.read(0, 10)
  const own = head.filter(({ stream }) => stream !== 'access-planning')
  expect(own.map(({ seq, stream, events }) => [seq, stream.startsWith('access-planning-'), events[0]?.subject])).toEqual([
    [1, true, 'p-1'],
    [2, true, 'p-2'],
  ])
})

test('closing waits for the records at hand and refuses new ones', async () => {
  await using store = await openTestStore()
  const log = createAccessLog({ commits: store.commits, service: 'planning' })
  const last = log.record(anEntry('p-1'))
  await log.close()
  await expect(last).resolves.toBeUndefined()
  await expect(log.record(anEntry('p-2'))).rejects.toThrow('closed')
})
