import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { emptyHead, headOf } from '../commit.ts'
import { aDraft } from '../commit-draft.builder.ts'
import { commitLogContract } from '../commit-log.contract.ts'
import { commitStoreContract } from '../commit-store.contract.ts'
import { documentStoreContract } from '../document-store.contract.ts'
import { readCommitRows } from './commit-rows.ts'
import { openEmbeddedStore } from './embedded-store.ts'
import { startWriterThread } from './writer-thread.ts'

const freshFile = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-store-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'test.sqlite')
}
const freshOpener = async () => {
  const file = await freshFile()
  return () => openEmbeddedStore({ file })
}

const freshThreadOpener = async () => {
  const file = await freshFile()
  const writers = startWriterThread()
  onTestFinished(() => writers.close())
  return () => openEmbeddedStore({ file, writers })
}

describe.each([
  ['on its own thread', freshThreadOpener],
  ['on the caller’s thread', freshOpener],
])('written %s', (_, opener) => {
  describe('embedded commits', () => commitStoreContract(opener))
  describe('embedded log', () => commitLogContract(opener))
  describe('embedded documents', () => documentStoreContract(opener))
})

test('a file that a writer thread cannot open is refused, and the thread’s other stores go on', async () => {
  const [broken, sound] = [await freshFile(), await freshFile()]
  await writeFile(broken, 'not a database'.repeat(1000))
  const writers = startWriterThread()
  onTestFinished(() => writers.close())
  await expect(openEmbeddedStore({ file: broken, writers })).rejects.toThrow()
  const store = await openEmbeddedStore({ file: sound, writers })
  expect(await store.commits.append(aDraft('s', 'a'), emptyHead)).toMatchObject({ outcome: 'appended' })
  await store.close()
})

test('the file and its log can be read by their owner only', async () => {
  const file = await freshFile()
  const store = await openEmbeddedStore({ file })
  await store.commits.append(aDraft('s', 'a'), emptyHead)
  for (const path of [file, `${file}-wal`]) expect((await stat(path)).mode & 0o777).toBe(0o600)
  await store.close()
})

test('a file that is no database is refused when it is opened', async () => {
  const file = await freshFile()
  await writeFile(file, 'not a database'.repeat(1000))
  await expect(openEmbeddedStore({ file })).rejects.toThrow()
})

test('commits reach the disk before they are acknowledged: a second process sees them beside the running one', async () => {
  const file = await freshFile()
  const store = await openEmbeddedStore({ file })
  const first = await store.commits.append(aDraft('s', 'a'), emptyHead)
  if (first.outcome !== 'appended') throw new Error(first.outcome)
  await store.commits.append(aDraft('s', 'b'), headOf(first.commit))
  expect([...readCommitRows(file)].map(({ commitId, prevHash }) => [commitId, prevHash])).toEqual([
    ['a', ''],
    ['b', first.commit.hash],
  ])
  await store.close()
})

test('a write that the engine cannot take fails alone, not those that share its group', async () => {
  const { commits, documents, close } = await openEmbeddedStore({ file: await freshFile() })
  const results = await Promise.allSettled([
    commits.append(aDraft('s', 'a'), emptyHead),
    documents.write([{ op: 'put', collection: 'c', document: { id: 'a', body: 1 } }], 'durable'),
    documents.write([{ op: 'advance', collection: 'n', id: 'half', from: 0, to: 0.5 }], 'durable'),
    documents.write([{ op: 'put', collection: 'c', document: { id: 'b', body: undefined } }], 'durable'),
    commits.append(aDraft('t', 'b'), emptyHead),
  ])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled'])
  await close()
})

test('after closing, writes are refused as unavailable and closing again is fine', async () => {
  const store = await openEmbeddedStore({ file: await freshFile() })
  const last = store.commits.append(aDraft('s', 'a'), emptyHead)
  await store.close()
  expect((await last).outcome).toBe('appended')
  await expect(store.commits.append(aDraft('s', 'b'), emptyHead)).rejects.toMatchObject({ rejection: { kind: 'unavailable' } })
  await store.close()
})

test('the log is read the same from memory and from the file, also where memory ends', async () => {
  const store = await openEmbeddedStore({ file: await freshFile() })
  const large = (id: string) => {
    const draft = aDraft(id, id)
    draft.events[0]!.data = 'x'.repeat(1024 * 1024)
    return draft
  }
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await store.commits.append(large(id), emptyHead)
  for (let position = 0; position <= 6; position++) {
    expect((await store.commits.read(position, 10)).map((commit) => commit.stream).join('')).toBe('abcdef'.slice(position))
  }
  await store.close()
})
