import { expect, test } from 'vitest'
import type { CommitDraft } from './commit.ts'
import { emptyHead, hashCommit, headOf } from './commit.ts'
import { aDraft } from './commit-draft.builder.ts'
import type { CommitStore } from './commit-store.ts'

/** A store of the engine under test; opening it again must show what an earlier one was told is stored. */
export interface OpenCommits {
  commits: CommitStore
  close(): Promise<void>
}

/** The promises of CommitStore, held by every engine. `open` gives the same data each time within one test. */
export function commitStoreContract(freshOpener: () => Promise<() => Promise<OpenCommits>>) {
  const inStore = async (check: (commits: OpenCommits['commits'], reopen: () => Promise<OpenCommits['commits']>) => Promise<void>) => {
    const open = await freshOpener()
    let opened = await open()
    const reopen = async () => {
      await opened.close()
      opened = await open()
      return opened.commits
    }
    try {
      await check(opened.commits, reopen)
    } finally {
      await opened.close()
    }
  }
  const appended = async (commits: CommitStore, draft: CommitDraft, after = emptyHead) => {
    const result = await commits.append(draft, after)
    if (result.outcome !== 'appended') throw new Error(`expected the draft to be appended, it is ${result.outcome}`)
    return result.commit
  }

  test('commits of a stream follow each other in number, event number and hash', () =>
    inStore(async (commits) => {
      const first = await appended(commits, aDraft('s', 'a', 3))
      const second = await appended(commits, aDraft('s', 'b'), headOf(first))
      expect(first).toMatchObject({ seq: 1, firstVer: 1, prevHash: '' })
      expect(second).toMatchObject({ seq: 2, firstVer: 4, prevHash: first.hash })
      expect(headOf(second)).toEqual({ seq: 2, version: 4, hash: second.hash })
      expect(await commits.head('s')).toEqual(headOf(second))
      expect(await commits.head('other')).toEqual(emptyHead)
    }))

  test('what is read is what was appended, and its hash covers it', () =>
    inStore(async (commits) => {
      const draft = aDraft('s', 'a', 2)
      const commit = await appended(commits, draft)
      const [read, ...others] = await commits.readStream('s')
      expect(others).toEqual([])
      expect(read).toMatchObject({ ...draft, seq: 1, firstVer: 1, prevHash: '', hash: commit.hash })
      const { stream, commitId, events, ...meta } = draft
      const text = { stream, seq: 1, commitId, firstVer: 1, events: JSON.stringify(events), meta: JSON.stringify(meta), prevHash: '' }
      expect(commit.hash).toBe(hashCommit(text))
    }))

  test('a stream is read from any commit on, and another stream is not in it', () =>
    inStore(async (commits) => {
      let head = emptyHead
      for (const id of ['a', 'b', 'c']) head = headOf(await appended(commits, aDraft('s', id), head))
      await appended(commits, aDraft('t', 'd'))
      expect((await commits.readStream('s', 2)).map((commit) => commit.commitId)).toEqual(['b', 'c'])
      expect(await commits.readStream('unknown')).toEqual([])
    }))

  test('a commitId that exists answers its first commit and writes nothing, on whatever stream and head it comes', () =>
    inStore(async (commits) => {
      const first = await appended(commits, aDraft('s', 'a'))
      for (const [stream, after] of [
        ['s', emptyHead],
        ['s', headOf(first)],
        ['t', emptyHead],
      ] as const) {
        expect(await commits.append(aDraft(stream, 'a', 2), after)).toMatchObject({
          outcome: 'repeated',
          commit: { stream: 's', hash: first.hash },
        })
      }
      expect(await commits.readStream('s')).toHaveLength(1)
      expect(await commits.readStream('t')).toEqual([])
    }))

  test('a draft for a head that the stream has left, or never had, is stale', () =>
    inStore(async (commits) => {
      const first = await appended(commits, aDraft('s', 'a'))
      expect(await commits.append(aDraft('s', 'b'), emptyHead)).toEqual({ outcome: 'stale' })
      expect(await commits.append(aDraft('s', 'b'), { seq: 5, version: 5, hash: 'ab' })).toEqual({ outcome: 'stale' })
      expect(await commits.append(aDraft('s', 'b'), { ...headOf(first), hash: 'ab' })).toEqual({ outcome: 'stale' })
      expect(await commits.readStream('s')).toHaveLength(1)
    }))

  test('of sixteen that race for the same place one wins and the others are stale', () =>
    inStore(async (commits) => {
      const results = await Promise.all(Array.from({ length: 16 }, (_, index) => commits.append(aDraft('s', `r${index}`), emptyHead)))
      expect(results.filter((result) => result.outcome === 'appended')).toHaveLength(1)
      expect(results.filter((result) => result.outcome === 'stale')).toHaveLength(15)
    }))

  test('of sixteen repetitions at once one is appended and all get the same commit', () =>
    inStore(async (commits) => {
      const results = await Promise.all(Array.from({ length: 16 }, () => commits.append(aDraft('s', 'same'), emptyHead)))
      const hashes = new Set(results.map((result) => (result.outcome === 'stale' ? 'stale' : result.commit.hash)))
      expect(results.filter((result) => result.outcome === 'appended')).toHaveLength(1)
      expect(hashes.size).toBe(1)
    }))

  test('of appends that come together each gets what it comes to itself', () =>
    inStore(async (commits) => {
      const first = await appended(commits, aDraft('s', 'a'))
      const drafts = [
        aDraft('s', 'b'),
        aDraft('t', 'a'),
        ...Array.from({ length: 6 }, (_, index) => aDraft(`u${index}`, `c${index}`)),
        aDraft('u0', 'd'),
      ]
      const results = await Promise.all(drafts.map((draft) => commits.append(draft, emptyHead)))
      const outcomes = results.map(({ outcome }) => outcome)
      expect(outcomes).toEqual(['stale', 'repeated', ...Array.from({ length: 6 }, () => 'appended'), 'stale'])
      expect(results[1]).toMatchObject({ commit: { stream: 's', hash: first.hash } })
      for (let index = 0; index < 6; index++)
        expect((await commits.readStream(`u${index}`)).map((one) => one.commitId)).toEqual([`c${index}`])
      expect(await commits.readStream('t')).toEqual([])
    }))

  test('of streams that are read on together each gives what follows in it, and nothing of another', () =>
    inStore(async (commits) => {
      for (const stream of ['s', 't']) {
        let head = emptyHead
        for (const id of ['a', 'b', 'c']) head = headOf(await appended(commits, aDraft(stream, stream + id), head))
      }
      const places = [
        ['s', 2],
        ['s', 3],
        ['t', 3],
        ['t', 4],
        ['unknown', 2],
      ] as const
      const read = await Promise.all(places.map(([stream, fromSeq]) => commits.readStream(stream, fromSeq)))
      expect(read.map((found) => found.map((one) => one.commitId))).toEqual([['sb', 'sc'], ['sc'], ['tc'], [], []])
    }))

  test('a commit is found by its commitId', () =>
    inStore(async (commits) => {
      await appended(commits, aDraft('s', 'a'))
      expect(await commits.findCommit('a')).toMatchObject({ stream: 's', commitId: 'a', causationId: 'e0' })
      expect(await commits.findCommit('b')).toBeUndefined()
    }))

  test('a commit of more than 4 MiB is refused as too large', () =>
    inStore(async (commits) => {
      const draft = aDraft('s', 'a')
      draft.events[0]!.data = 'x'.repeat(4 * 1024 * 1024)
      await expect(commits.append(draft, emptyHead)).rejects.toMatchObject({ rejection: { kind: 'too-large' } })
      expect(await commits.readStream('s')).toEqual([])
    }))

  test('what was acknowledged is there after it is opened again, and goes on', () =>
    inStore(async (commits, reopen) => {
      const first = await appended(commits, aDraft('s', 'a'))
      const again = await reopen()
      await appended(again, aDraft('s', 'b'), await again.head('s'))
      expect((await again.readStream('s')).map((commit) => commit.prevHash)).toEqual(['', first.hash])
    }))
}
