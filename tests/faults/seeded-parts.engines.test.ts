import { afterAll, beforeAll, expect, test } from 'vitest'
import { seededBugs } from './seeded-bugs.ts'
import { copySources, type SeededCopy } from './seeded-copy.ts'

/** A bug may make its test wait for ever: it waits no longer than this. */
const withBugMs = 30_000
const withoutBugMs = 60_000
const runEndsWithinMs = 300_000

const tried = seededBugs.filter(({ always }) => always === true || process.env['SAMRESA_LONG'] === 'true')

/** Each test is seen to pass without the bug that it is there for, and to find it when it is there. */
function onServers() {
  let copy: SeededCopy
  beforeAll(() => {
    copy = copySources()
  })
  afterAll(() => copy[Symbol.dispose]())

  test('without a bug the tests that find them pass', { timeout: runEndsWithinMs }, async () => {
    const results = await copy.run(
      tried.map(({ caughtBy }) => caughtBy),
      withoutBugMs,
    )
    for (const { caughtBy } of tried) {
      const { file, name } = caughtBy
      const found = results.filter((result) => result.file === file && result.name === name)
      expect(found, `${file}: ${name}`).toMatchObject([{ state: 'passed' }])
    }
  })

  test.each(tried)('$name: found', { timeout: runEndsWithinMs }, async ({ edits, caughtBy }) => {
    using _ = copy.seed(edits)
    const results = await copy.run([caughtBy], withBugMs)
    const found = results.filter(({ file, name }) => file === caughtBy.file && name === caughtBy.name)
    expect(found).toMatchObject([{ state: 'failed', words: expect.stringMatching(caughtBy.says) }])
  })
}

const missing = ['KAFKA_BROKERS', 'MONGODB_URL'].filter((name) => (process.env[name] ?? '') === '')
if (missing.length === 0) onServers()
else test('seeded bugs', ({ skip }) => skip(`needs ${missing.join(' and ')}: run npm run test:engines`))
