import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyHead } from '../commit.ts'
import { aDraft } from '../commit-draft.builder.ts'
import { verifyCommits } from '../verify-chain.ts'
import { readCommitRows } from './commit-rows.ts'
import { openEmbeddedStore } from './embedded-store.ts'

/** A disk of 3 MB, or undefined where this user may not mount one. */
function mountSmallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'samresa-small-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder], { stdio: 'ignore' })
    return folder
  } catch {
    rmdirSync(folder)
    return undefined
  }
}

const aLargeDraft = (stream: string, id: string) => {
  const draft = aDraft(stream, id)
  draft.events[0]!.data = 'x'.repeat(4000)
  return draft
}

/** Appends to one new stream after the other until the store refuses; gives what was acknowledged and the refusal. */
async function appendUntilRefused(append: (id: string) => Promise<unknown>, prefix: string) {
  const acknowledged: string[] = []
  for (let n = 0; n < 5000; n++) {
    try {
      await append(`${prefix}${n}`)
      acknowledged.push(`${prefix}${n}`)
    } catch (error) {
      return { acknowledged, refusal: error }
    }
  }
  throw new Error('the disk never became full')
}

test('a full disk refuses commits, keeps what was acknowledged, lets reads leave their record and be witnessed, and recovers by itself', async ({
  skip,
}) => {
  const disk = mountSmallDisk()
  if (disk === undefined) return skip('needs the right to mount a small tmpfs')
  const file = join(disk, 'test.sqlite')
  try {
    const store = await openEmbeddedStore({ file })
    const { commits, documents } = store
    const append = (id: string) => commits.append(aLargeDraft(id, id), emptyHead)
    const ballast = join(disk, 'ballast')
    writeFileSync(ballast, Buffer.alloc(1024 * 1024))

    const { acknowledged, refusal } = await appendUntilRefused(append, 'c')
    expect(refusal).toMatchObject({ rejection: { kind: 'storage-full', code: 'STORAGE_FULL' } })
    expect(acknowledged.length).toBeGreaterThan(50)
    const small = (stream: string, id: string) => commits.append(aDraft(stream, id), emptyHead)
    const together = await Promise.allSettled([append('d1'), small('access-test', 'read-1'), small('witness', 'seen-1'), append('d2')])
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'rejected'])
    expect(await documents.write([{ op: 'put', collection: 'c', document: { id: 'a', body: 1 } }], 'durable')).toEqual({
      outcome: 'written',
    })
    expect(await commits.readStream(acknowledged[0]!)).toHaveLength(1)

    rmSync(ballast)
    const more = await appendUntilRefused(append, 'e')
    expect(more.acknowledged.length).toBeGreaterThan(50)
    await store.close()

    const stored = [...readCommitRows(file)]
    expect(new Set(stored.map(({ commitId }) => commitId))).toEqual(new Set([...acknowledged, 'read-1', 'seen-1', ...more.acknowledged]))
    expect((await verifyCommits(stored)).faults).toEqual([])
  } finally {
    execFileSync('umount', ['-l', disk])
    rmdirSync(disk)
  }
})

test('a disk filled by others down to the last byte refuses cleanly too', async ({ skip }) => {
  const disk = mountSmallDisk()
  if (disk === undefined) return skip('needs the right to mount a small tmpfs')
  const file = join(disk, 'test.sqlite')
  try {
    const store = await openEmbeddedStore({ file, reserveBytes: 0 })
    const append = (id: string) => store.commits.append(aLargeDraft(id, id), emptyHead)
    const { acknowledged, refusal } = await appendUntilRefused(append, 'c')
    expect(refusal).toMatchObject({ rejection: { kind: 'storage-full' } })
    await expect(append('again')).rejects.toMatchObject({ rejection: { kind: 'storage-full' } })
    expect(await store.commits.findCommit(acknowledged.at(-1)!)).toBeDefined()
    await store.close()
    expect(new Set([...readCommitRows(file)].map(({ commitId }) => commitId))).toEqual(new Set(acknowledged))
  } finally {
    execFileSync('umount', ['-l', disk])
    rmdirSync(disk)
  }
})
