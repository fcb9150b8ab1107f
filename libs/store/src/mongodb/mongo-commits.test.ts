import { MongoBulkWriteError, MongoNetworkError, MongoServerError } from 'mongodb'
import { expect, test } from 'vitest'
import { emptyHead } from '../commit.ts'
import { aDraft } from '../commit-draft.builder.ts'
import { createCallMarks } from './call-mark.ts'
import type { CommitDocument } from './commit-documents.ts'
import type { Engine } from './engine.ts'
import { createMongoCommits } from './mongo-commits.ts'

const refusedByValidator = new MongoServerError({ code: 121, errmsg: 'Document failed validation' })

/** What the driver throws when some documents of a call were refused. */
const bulkError = (refused: number[]) =>
  new MongoBulkWriteError(
    { message: 'refused', code: 121, writeErrors: refused.map((index) => ({ index })) } as never,
    { insertedCount: 0 } as never,
  )

/** Commits over a collection whose calls for many end so, and which takes single documents unless they are refused. */
function commitsWhere({ together, alone = () => undefined }: { together: Error; alone?: (id: string) => Error | undefined }) {
  const calls = { together: [] as string[][], alone: [] as string[] }
  const collection = {
    async insertMany(documents: CommitDocument[]) {
      calls.together.push(documents.map(({ _id }) => _id))
      throw together
    },
    async insertOne({ _id }: CommitDocument) {
      calls.alone.push(_id)
      const refusal = alone(_id)
      if (refusal !== undefined) throw refusal
    },
  }
  const engine = { call: (work: Parameters<Engine['call']>[0]) => work({ repeated: false, isLate: () => false }) }
  const commits = createMongoCommits({
    engine: engine as Engine,
    collections: { commits: collection as never },
    marks: createCallMarks(),
    onAppended: () => undefined,
  })
  const append = (id: string) =>
    commits.append(aDraft(`s-${id}`, id), emptyHead).then(
      ({ outcome }) => outcome,
      (error: unknown) => error,
    )
  return { calls, appendAll: () => Promise.all(['a', 'b', 'c'].map(append)) }
}

test('of appends that come together one that the server refuses is refused alone, with its own reason', async () => {
  const { calls, appendAll } = commitsWhere({ together: bulkError([1]), alone: () => refusedByValidator })
  expect(await appendAll()).toEqual(['appended', refusedByValidator, 'appended'])
  expect(calls).toEqual({ together: [['a', 'b', 'c']], alone: ['b'] })
})

test('nothing counts as written of a call for many that fails for good: each is written alone', async () => {
  const { calls, appendAll } = commitsWhere({ together: new TypeError('one of them cannot be serialised') })
  expect(await appendAll()).toEqual(['appended', 'appended', 'appended'])
  expect(calls.alone).toEqual(['a', 'b', 'c'])
})

test.each([
  ['was not acknowledged by the majority', new MongoServerError({ code: 64, errmsg: 'waiting for replication timed out' })],
  ['met a server that went away', new MongoNetworkError('connection closed')],
])('nothing counts as written of a call for many that %s: all of it is for whoever repeats calls', async (_, failure) => {
  const together = new MongoBulkWriteError(failure as never, { insertedCount: 3 } as never)
  const { calls, appendAll } = commitsWhere({ together })
  expect(await appendAll()).toEqual([together, together, together])
  expect(calls.alone).toEqual([])
})
