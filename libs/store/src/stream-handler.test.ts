import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallContext, Decider } from '@samresa/kernel'
import { reject } from '@samresa/kernel'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { StoredEvent } from './commit.ts'
import type { CommitStore } from './commit-store.ts'
import { openEmbeddedStore } from './embedded/embedded-store.ts'
import { createStreamHandler, type StreamHandlerOptions } from './stream-handler.ts'

type Added = { type: 'test.Added'; data: { by: number } }
const limit = 10
const counter: Decider<{ total: number }, { by: number }, Added> = {
  initial: { total: 0 },
  decide: ({ by }, { total }) => {
    if (total + by > limit) return { rejection: reject('conflict', 'TOO_MANY', 'Count less.') }
    return { events: by === 0 ? [] : [{ type: 'test.Added', data: { by } }] }
  },
  evolve: ({ total }, { data }) => ({ total: total + data.by }),
}

/** Stands for libs/seal: stored data is never what the rules work on. */
const seal = async (event: StoredEvent) => ({ ...event, data: { hidden: JSON.stringify(event.data) } })
const open = async (event: StoredEvent) => ({ ...event, data: JSON.parse((event.data as { hidden: string }).hidden) })

const call = (commandId: string): CallContext & { commandId: string } => ({
  commandId,
  actor: { user: 'anna', role: 'caseworker' },
  purpose: 'planning',
  correlationId: 'c',
})

async function aHandlerMaker(decider = counter) {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-handler-'))
  const { commits, close } = await openEmbeddedStore({ file: join(folder, 'test.sqlite') })
  onTestFinished(async () => {
    await close()
    await rm(folder, { recursive: true })
  })
  const time = () => '2026-04-28T06:00:00.000Z'
  const make = (
    cachedEvents = 10,
    isOutcomeOf?: StreamHandlerOptions<{ total: number }, { by: number }, Added>['isOutcomeOf'],
    through: CommitStore = commits,
  ) =>
    createStreamHandler({
      commits: through,
      decider,
      streamOf: (key) => `plan-${key}`,
      seal,
      open,
      time,
      cachedEvents,
      ...(isOutcomeOf && { isOutcomeOf }),
    })
  return { commits, make }
}

test('a command becomes a sealed commit, and the answer and the next decision see it open', async () => {
  const { commits, make } = await aHandlerMaker()
  const { execute, load } = make()
  const done = await execute('p', { by: 4 }, call('a'))
  expect(done).toMatchObject({ outcome: 'done', repeated: false, state: { total: 4 }, head: { seq: 1, version: 1 } })
  if (done.outcome !== 'done') throw new Error('refused')
  expect(done.events).toEqual([{ id: done.commit?.events[0]?.id, type: 'test.Added', data: { by: 4 }, time: '2026-04-28T06:00:00.000Z' }])
  expect(await commits.readStream('plan-p')).toMatchObject([{ commitId: 'a', events: [{ subject: 'p', data: { hidden: '{"by":4}' } }] }])
  expect(await load('p')).toMatchObject({ state: { total: 4 } })
})

test('the events of one decision sort by id as they follow each other', async () => {
  const five: typeof counter = {
    ...counter,
    decide: () => ({ events: [1, 2, 3, 4, 5].map((by) => ({ type: 'test.Added', data: { by } })) }),
  }
  const { make } = await aHandlerMaker(five)
  const done = await make().execute('p', { by: 0 }, call('a'))
  if (done.outcome !== 'done') throw new Error('refused')
  expect(done.events.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ data }) => data.by)).toEqual([1, 2, 3, 4, 5])
})

test('a handler that starts later folds what is stored', async () => {
  const { make } = await aHandlerMaker()
  const first = make()
  for (const id of ['a', 'b', 'c']) await first.execute('p', { by: 2 }, call(id))
  expect(await make().load('p')).toEqual(await first.load('p'))
  expect(await make().load('unknown')).toEqual({ state: { total: 0 }, head: { seq: 0, version: 0, hash: '' } })
})

test('a refusal and a decision without events write nothing', async () => {
  const { commits, make } = await aHandlerMaker()
  const { execute } = make()
  expect(await execute('p', { by: 11 }, call('a'))).toMatchObject({ outcome: 'rejected', rejection: { code: 'TOO_MANY' } })
  expect(await execute('p', { by: 0 }, call('b'))).toMatchObject({ outcome: 'done', events: [], repeated: false })
  expect(await commits.readStream('plan-p')).toEqual([])
})

test('a repeated command gets its first events, even where it would now be refused, and changes nothing', async () => {
  const { commits, make } = await aHandlerMaker()
  const { execute } = make()
  const first = await execute('p', { by: 6 }, call('a'))
  for (const by of [6, 1, 0]) {
    const again = await execute('p', { by }, call('a'))
    expect(again).toMatchObject({
      outcome: 'done',
      repeated: true,
      state: { total: 6 },
      events: first.outcome === 'done' ? first.events : [],
    })
  }
  expect(await make().execute('p', { by: 6 }, call('a'))).toMatchObject({ repeated: true })
  expect(await commits.readStream('plan-p')).toHaveLength(1)
})

describe('a commandId that was used for something else', () => {
  const reused = { outcome: 'rejected', rejection: { kind: 'conflict', code: 'IDEMPOTENCY_KEY_REUSED' } }
  async function aHandlerThatKnowsItsOwn() {
    const { commits, make } = await aHandlerMaker()
    const handler = make(10, ({ by }, [first]) => first?.data.by === by)
    await handler.execute('p', { by: 6 }, call('a'))
    return { commits, ...handler }
  }
  test('is refused on another stream, and nothing of the first one is told', async () => {
    const { execute, commits } = await aHandlerThatKnowsItsOwn()
    for (const by of [6, 0, 11])
      expect(await execute('q', { by }, call('a'))).toEqual({ ...reused, rejection: expect.objectContaining(reused.rejection) })
    expect(await commits.readStream('plan-q')).toEqual([])
  })
  test('is refused for another command on the same stream, also where that would come to nothing or be refused', async () => {
    const { execute } = await aHandlerThatKnowsItsOwn()
    for (const by of [1, 0, 5]) expect(await execute('p', { by }, call('a'))).toMatchObject(reused)
  })
  test('is answered when it is the same command again', async () => {
    const { execute } = await aHandlerThatKnowsItsOwn()
    expect(await execute('p', { by: 6 }, call('a'))).toMatchObject({ outcome: 'done', repeated: true, events: [{ data: { by: 6 } }] })
  })
})

test('commands for one key are decided one after the other, and none is lost', async () => {
  const { make } = await aHandlerMaker()
  const { execute } = make()
  const results = await Promise.all(Array.from({ length: 15 }, (_, index) => execute('p', { by: 1 }, call(`a${index}`))))
  expect(results.filter(({ outcome }) => outcome === 'done')).toHaveLength(limit)
})

test('two handlers on one stream decide anew when the other was faster, and never pass the limit', async () => {
  const { make } = await aHandlerMaker()
  const handlers = [make(), make()]
  await Promise.all(handlers.map(({ load }) => load('p')))
  const results = await Promise.all(
    Array.from({ length: 16 }, (_, index) => handlers[index % 2]!.execute('p', { by: 1 }, call(`a${index}`))),
  )
  expect(results.filter(({ outcome }) => outcome === 'done')).toHaveLength(limit)
  expect((await make().load('p')).state).toEqual({ total: limit })
})

test('a stream that has fallen out of the cache is read again', async () => {
  const { make } = await aHandlerMaker()
  const { execute, load } = make(1)
  await execute('p', { by: 2 }, call('a'))
  await execute('q', { by: 3 }, call('b'))
  expect((await load('p')).state).toEqual({ total: 2 })
  expect(await execute('p', { by: 2 }, call('c'))).toMatchObject({ state: { total: 4 }, head: { seq: 2 } })
})

test('a rule that throws fails its own command and not the next', async () => {
  const { make } = await aHandlerMaker({
    ...counter,
    decide: (command, state) => {
      if (command.by === 9) throw new Error('planted')
      return counter.decide(command, state)
    },
  })
  const { execute } = make()
  await expect(execute('p', { by: 9 }, call('a'))).rejects.toThrow('planted')
  expect(await execute('p', { by: 1 }, call('b'))).toMatchObject({ outcome: 'done', state: { total: 1 } })
})

describe('in a store that other processes write to', () => {
  /** Handlers as two processes have them: nothing in common but the store. */
  async function twoProcesses() {
    const { commits, make } = await aHandlerMaker()
    const shared: CommitStore = { ...commits, soleWriter: false }
    return { commits: shared, make, one: make(10, undefined, shared), other: make(10, undefined, shared) }
  }

  test('what is loaded has every commit that was acknowledged before, whoever made it', async () => {
    const { one, other } = await twoProcesses()
    for (const by of [1, 2, 3]) {
      const done = await one.execute('p', { by }, call(`a${by}`))
      expect(await other.load('p')).toEqual({ state: done.outcome === 'done' && done.state, head: done.outcome === 'done' && done.head })
    }
  })

  test('only what follows is read, and the state is the same object while nothing does', async () => {
    const { commits, make, other } = await twoProcesses()
    const from: (number | undefined)[] = []
    const readStream: CommitStore['readStream'] = (stream, seq) => {
      from.push(seq)
      return commits.readStream(stream, seq)
    }
    const one = make(10, undefined, { ...commits, readStream })
    await other.execute('p', { by: 1 }, call('a'))
    await one.load('p')
    await other.execute('p', { by: 1 }, call('b'))
    const { state } = await one.load('p')
    expect((await one.load('p')).state).toBe(state)
    expect(from).toEqual([1, 2, 3])
  })

  test('a refusal is decided on the newest state, and so is that nothing follows', async () => {
    const { one, other } = await twoProcesses()
    await one.execute('p', { by: limit }, call('a'))
    await other.execute('p', { by: -5 }, call('b'))
    expect(await one.execute('p', { by: 3 }, call('c'))).toMatchObject({ outcome: 'done', state: { total: 8 } })
    await other.execute('p', { by: -1 }, call('d'))
    expect(await one.execute('p', { by: 0 }, call('e'))).toMatchObject({ outcome: 'done', state: { total: 7 }, events: [] })
  })

  test('a command that another process has handled is answered with its first events and a state that has them', async () => {
    const { one, other } = await twoProcesses()
    await Promise.all([one.load('p'), other.load('p')])
    await one.execute('p', { by: 6 }, call('a'))
    expect(await other.execute('p', { by: 6 }, call('a'))).toMatchObject({ repeated: true, state: { total: 6 }, head: { seq: 1 } })
  })

  test('whatever the order in which the store answers: both end as the log folds, and each command counts once', async () => {
    const { commits, make } = await twoProcesses()
    const commands = fc.array(
      fc.record({ by: fc.integer({ min: -3, max: 6 }), id: fc.integer({ min: 0, max: 5 }), at: fc.constantFrom(0, 1) }),
      {
        minLength: 2,
        maxLength: 10,
      },
    )
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), commands, async (order, given) => {
        const key = `r${++round}`
        const arbitrary = {
          ...commits,
          append: order.scheduleFunction(commits.append),
          readStream: order.scheduleFunction(commits.readStream),
          findCommit: order.scheduleFunction(commits.findCommit),
        }
        const handlers = [make(10, undefined, arbitrary), make(10, undefined, arbitrary)]
        const all = Promise.all(given.map(({ by, id, at }) => handlers[at]!.execute(key, { by }, call(`${key}-${id}`))))
        const executions = await order.waitFor(all)
        const log = await commits.readStream(`plan-${key}`)
        const folded = { total: 0 }
        for (const { events } of log) {
          for (const event of events) folded.total += ((await open(event)).data as { by: number }).by
          expect(folded.total).toBeLessThanOrEqual(limit)
        }
        const loads = await order.waitFor(Promise.all(handlers.map(({ load }) => load(key))))
        for (const { state, head } of loads) expect([state, head.seq]).toEqual([folded, log.length])
        expect(new Set(log.map(({ commitId }) => commitId)).size).toBe(log.length)
        for (const execution of executions) {
          if (execution.outcome === 'done' && execution.commit !== undefined)
            expect(log).toContainEqual(expect.objectContaining({ commitId: execution.commit.commitId }))
        }
      }),
      { numRuns: 60 },
    )
  })
})
