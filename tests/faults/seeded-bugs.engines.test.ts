import { afterAll, beforeAll, expect, test } from 'vitest'
import { seededBugs } from './seeded-bugs.ts'
import { copySources, type SeededCopy } from './seeded-copy.ts'

const withoutBugMs = 120_000
const withBugMs = 90_000

/** Each test is seen to pass without the bug that it is there for, and to find it when it is there. */
function onServers() {
  let copy: SeededCopy
  beforeAll(() => {
    copy = copySources()
  })
  afterAll(() => copy[Symbol.dispose]())

  test('without a bug the tests that find them pass', { timeout: withoutBugMs }, async () => {
    const results = await copy.run(seededBugs.map(({ caughtBy }) => caughtBy))
    for (const { caughtBy } of seededBugs) {
      const { file, name } = caughtBy
      const found = results.filter((result) => result.file === file && result.name === name)
      expect(found, `${file}: ${name}`).toMatchObject([{ state: 'passed' }])
    }
  })

  test.each(seededBugs)('$name: found', { timeout: withBugMs }, async ({ edits, caughtBy }) => {
    using _ = copy.seed(edits)
    const results = await copy.run([caughtBy])
    const found = results.filter(({ name }) => name === caughtBy.name)
    expect(found).toMatchObject([{ state: 'failed', words: expect.stringMatching(caughtBy.says) }])
  })
}

const missing = ['KAFKA_BROKERS', 'MONGODB_URL'].filter((name) => (process.env[name] ?? '') === '')
if (missing.length === 0) onServers()
else test('seeded bugs', ({ skip }) => skip(`needs ${missing.join(' and ')}: run npm run test:engines`))
