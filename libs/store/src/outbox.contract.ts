import { expect, test } from 'vitest'
import { emptyHead, headOf } from './commit.ts'
import { aDraft } from './commit-draft.builder.ts'
import type { CommitStore } from './commit-store.ts'
import type { Leases, Outbox, PublishMark } from './outbox.ts'

/** A store of the engine under test; opening it again is another process on the same data. */
export interface OpenOutbox {
  commits: CommitStore
  outbox: Outbox
  leases: Leases
  close(): Promise<void>
}

const markOf = (commitId: string): PublishMark => ({ commitId, topic: 't', partition: 0, offset: '7' })

/** The promises of Outbox and Leases, held by every engine that has a broker beside it. */
export function outboxContract(freshOpener: () => Promise<() => Promise<OpenOutbox>>) {
  const inStores = async (check: (mine: OpenOutbox, theirs: OpenOutbox) => Promise<void>) => {
    const open = await freshOpener()
    const [mine, theirs] = [await open(), await open()]
    try {
      await check(mine, theirs)
    } finally {
      await Promise.all([mine.close(), theirs.close()])
    }
  }
  const append = async ({ commits }: OpenOutbox, stream: string, ...commitIds: string[]) => {
    for (const commitId of commitIds) await commits.append(aDraft(stream, commitId), await commits.head(stream))
  }
  const unpublished = async ({ outbox }: OpenOutbox, limit = 100) =>
    (await outbox.unpublished(limit)).map(({ commitId }) => commitId).join('')

  test('what is not acknowledged is given out stream by stream in the order of their commits, as it was appended', () =>
    inStores(async (mine, theirs) => {
      expect(await unpublished(mine)).toBe('')
      await append(theirs, 't', 'x')
      await append(mine, 's', 'a', 'b')
      await append(theirs, 's', 'c')
      await append(mine, 't', 'y')
      expect(await unpublished(mine)).toBe('abcxy')
      expect(await unpublished(theirs, 2)).toBe('ab')
      expect((await mine.outbox.unpublished(1))[0]).toEqual(await mine.commits.findCommit('a'))
      expect((await mine.outbox.unpublished(1, 's')).map(({ commitId }) => commitId)).toEqual(['x'])
      expect(await mine.outbox.unpublished(1, 't')).toEqual([])
    }))

  test('what is marked is not given out again, also when it is marked twice or in the middle', () =>
    inStores(async (mine) => {
      await append(mine, 's', 'a', 'b', 'c')
      const lease = { name: 'relay', epoch: 1 }
      expect(await mine.outbox.markPublished([markOf('b')], lease)).toBe('marked')
      expect(await unpublished(mine)).toBe('ac')
      expect(await mine.outbox.markPublished([markOf('a'), markOf('b')], lease)).toBe('marked')
      expect(await mine.outbox.markPublished([], lease)).toBe('marked')
      await append(mine, 's', 'd')
      expect(await unpublished(mine)).toBe('cd')
      expect((await mine.commits.readStream('s')).map(({ commitId }) => commitId)).toEqual(['a', 'b', 'c', 'd'])
    }))

  test('a holder whose lease has passed on marks nothing, and the new holder does', () =>
    inStores(async (mine, theirs) => {
      await append(mine, 's', 'a')
      const old = (await mine.leases.take('relay', 'me', 60_000))!
      await mine.leases.release('relay', 'me')
      const current = (await theirs.leases.take('relay', 'they', 60_000))!
      expect(await mine.outbox.markPublished([markOf('a')], { name: 'relay', ...old })).toBe('refused')
      expect(await unpublished(mine)).toBe('a')
      expect(await theirs.outbox.markPublished([markOf('a')], { name: 'relay', ...current })).toBe('marked')
      expect(await unpublished(mine)).toBe('')
    }))

  test('how many wait is told, and since when the oldest does', () =>
    inStores(async ({ commits, outbox }) => {
      expect(await outbox.pending()).toEqual({ count: 0 })
      const older = '2026-04-28T05:00:00.000Z'
      const first = await commits.append(aDraft('s', 'a'), emptyHead)
      if (first.outcome !== 'appended') throw new Error(first.outcome)
      await commits.append({ ...aDraft('s', 'b'), at: older }, headOf(first.commit))
      expect(await outbox.pending()).toEqual({ count: 2, oldestAt: older })
      await outbox.markPublished([markOf('b')], { name: 'relay', epoch: 1 })
      expect(await outbox.pending()).toEqual({ count: 1, oldestAt: first.commit.at })
    }))

  test('an append calls back in its own process at once and in another soon after, until that is stopped', () =>
    inStores(async (mine, theirs) => {
      const heard = { mine: 0, theirs: 0 }
      const stop = mine.outbox.onAppend(() => heard.mine++)
      const stopTheirs = theirs.outbox.onAppend(() => heard.theirs++)
      await append(mine, 's', 'a')
      expect(heard.mine).toBe(1)
      let n = 0
      await expect.poll(() => append(mine, 's', `b${n++}`).then(() => heard.theirs)).toBeGreaterThan(0)
      stop()
      const heardBefore = heard.mine
      await append(mine, 's', 'c')
      expect(heard.mine).toBe(heardBefore)
      stopTheirs()
    }))

  test('of many that race for a lease one gets it, and holds it against the others for as long as it renews it', () =>
    inStores(async (mine, theirs) => {
      const owners = Array.from({ length: 40 }, (_, n) => `o${n}`)
      const race = () =>
        Promise.all(
          owners.map((owner, n) => (n % 2 === 0 ? mine : theirs).leases.take('relay', owner, 60_000).then((lease) => ({ owner, lease }))),
        )
      const [winner, ...others] = (await race()).filter(({ lease }) => lease !== undefined)
      expect([winner?.lease, others]).toEqual([{ epoch: 1 }, []])
      expect((await race()).filter(({ lease }) => lease !== undefined)).toEqual([winner])
      expect(await mine.leases.take('another', 'o0', 60_000)).toEqual({ epoch: 1 })
    }))

  test('a lease that was given up is free at once, under the next number, for its last owner too', () =>
    inStores(async (mine, theirs) => {
      expect(await mine.leases.take('relay', 'me', 60_000)).toEqual({ epoch: 1 })
      await theirs.leases.release('relay', 'they')
      expect(await theirs.leases.take('relay', 'they', 60_000)).toBeUndefined()
      await mine.leases.release('relay', 'me')
      expect(await mine.leases.take('relay', 'me', 60_000)).toEqual({ epoch: 2 })
      await mine.leases.release('relay', 'me')
      expect(await theirs.leases.take('relay', 'they', 60_000)).toEqual({ epoch: 3 })
    }))

  test('a lease that ran out is taken under the next number, by one of many, or anew by its last owner', () =>
    inStores(async (mine, theirs) => {
      expect(await mine.leases.take('relay', 'me', 1)).toEqual({ epoch: 1 })
      await expect.poll(() => mine.leases.take('relay', 'me', 1)).toEqual({ epoch: 2 })
      const race = () => Promise.all(Array.from({ length: 20 }, (_, n) => theirs.leases.take('relay', `o${n}`, 60_000)))
      await expect.poll(async () => (await race()).filter((lease) => lease !== undefined)).toEqual([{ epoch: 3 }])
      expect(await mine.leases.take('relay', 'me', 60_000)).toBeUndefined()
    }))
}
