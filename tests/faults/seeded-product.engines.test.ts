import { expect, test } from 'vitest'
import { type SeededBug, seededBugs } from './seeded-bugs.ts'
import { copySources } from './seeded-copy.ts'

/** A fault on servers of its own, of which each takes minutes to start. */
const runEndsWithinMs = 480_000
const file = 'tests/faults/servers.engines.test.ts'
/** The history checker's words on something that is lost. */
const says = /receipts, and:[\s\S]*G[13]: /

const [markFirst] = seededBugs
/** Bugs that the whole product shows under a fault, over its public interfaces. */
const bugs: SeededBug[] = [
  {
    name: markFirst!.name,
    edits: markFirst!.edits,
    caughtBy: {
      project: 'engines',
      file,
      name: 'agency-sync is killed after it has given a receipt and before that is published',
      says,
    },
  },
  {
    name: 'consumers commit their offsets before the work is done',
    edits: [
      {
        file: 'libs/bus/src/kafka/partition-feed.ts',
        search: '      untaken -= records.length\n      return records\n',
        replacement:
          '      untaken -= records.length\n      toCommit = Object.fromEntries(taken)\n      await commit()\n      return records\n',
      },
    ],
    caughtBy: { project: 'engines', file, name: 'services are killed while what they have taken waits for MongoDB', says },
  },
]

test.each(bugs)(
  '$name: the product loses something, and the history shows it',
  { timeout: runEndsWithinMs },
  async ({ edits, caughtBy }) => {
    using copy = copySources()
    using _ = copy.seed(edits)
    const results = await copy.run([caughtBy], runEndsWithinMs)
    const found = results.filter(({ name }) => name === caughtBy.name)
    expect(found).toMatchObject([{ state: 'failed', words: expect.stringMatching(caughtBy.says) }])
  },
)
