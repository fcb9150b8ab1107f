import { expect, test } from 'vitest'
import { emptyHead } from './commit.ts'
import { aDraft } from './commit-draft.builder.ts'
import type { CommitLog, CommitStore } from './commit-store.ts'

/** The promises of CommitLog, held by every engine that has one. */
export function commitLogContract(freshOpener: () => Promise<() => Promise<{ commits: CommitStore & CommitLog; close(): Promise<void> }>>) {
  test('the log has every commit in the order written, page by page, and the same after it is opened again', async () => {
    const open = await freshOpener()
    const first = await open()
    await Promise.all(Array.from({ length: 40 }, (_, index) => first.commits.append(aDraft(`s${index}`, `c${index}`), emptyHead)))
    const pages = async (commits: CommitLog) => {
      const ids: string[] = []
      let position = 0
      for (let page = await commits.read(0, 7); page.length > 0; page = await commits.read(position, 7)) {
        for (const commit of page) {
          expect(commit.position).toBeGreaterThan(position)
          position = commit.position
          ids.push(commit.commitId)
        }
      }
      expect(position).toBe(commits.end())
      return ids
    }
    const ids = await pages(first.commits)
    expect(ids.toSorted()).toEqual(Array.from({ length: 40 }, (_, index) => `c${index}`).toSorted())
    const newest = await first.commits.read(0, 100)
    await first.close()
    const again = await open()
    expect(await pages(again.commits)).toEqual(ids)
    expect(await again.commits.read(0, 100)).toEqual(newest)
    await again.close()
  })

  test('an append calls back when it can be read, until that is stopped', async () => {
    const { commits, close } = await (await freshOpener())()
    const seen: number[] = []
    const stop = commits.onAppend(() => seen.push(commits.end()))
    expect(commits.end()).toBe(0)
    await commits.append(aDraft('s', 'a'), emptyHead)
    await expect.poll(() => seen).toEqual([commits.end()])
    expect(await commits.read(0, 10)).toHaveLength(1)
    stop()
    await commits.append(aDraft('t', 'b'), emptyHead)
    await commits.append(aDraft('u', 'c'), emptyHead)
    expect(seen).toHaveLength(1)
    await close()
  })
}
