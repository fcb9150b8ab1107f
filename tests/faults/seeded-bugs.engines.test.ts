import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../product/commands.ts'
import { createTempFolder } from '../product/temp-folder.ts'

/** A mistake that somebody could make, and the test that has to notice it. */
interface SeededBug {
  file: string
  /** Stands in the file exactly once. */
  right: string
  wrong: string
  noticedBy: { file: string; test: string }
  /** Needs servers of its own, so minutes. */
  long?: boolean
}

const relay = 'libs/bus/src/kafka/relay.ts'
const bugs: Record<string, SeededBug> = {
  'mark before send': {
    file: relay,
    right: 'await mark(await sender.send(lane, run, epoch), epoch)',
    wrong: `await mark(run.map(({ commitId }) => ({ commitId, topic: lane.topic, partition: lane.partition, offset: '0' })), epoch)
      await sender.send(lane, run, epoch)`,
    noticedBy: {
      file: 'libs/bus/src/kafka/relay.engines.test.ts',
      test: 'what was sent and not marked when the process died is sent again',
    },
  },
  'skip the condition on the event number': {
    file: 'libs/bus/src/projection.ts',
    right: 'if (fence.stop === undefined && record.version > fence.to) {',
    wrong: 'if (fence.stop === undefined) {',
    noticedBy: { file: 'libs/bus/src/kafka/kafka-bus.engines.test.ts', test: 'a read model has each event once' },
  },
  'ignore the epoch': {
    file: 'libs/store/src/mongodb/mongo-outbox.ts',
    right: "if (lease !== null && lease.epoch > epoch) return 'refused'",
    wrong: 'if (lease === undefined) return epoch',
    noticedBy: { file: 'libs/store/src/mongodb/mongo-store.engines.test.ts', test: 'a holder whose lease has passed on marks nothing' },
  },
  'mark before send, in the whole product': {
    file: relay,
    right: 'await mark(await sender.send(lane, run, epoch), epoch)',
    wrong: `await mark(run.map(({ commitId }) => ({ commitId, topic: lane.topic, partition: lane.partition, offset: '0' })), epoch)
      await sender.send(lane, run, epoch)`,
    noticedBy: { file: 'tests/faults/servers.engines.test.ts', test: 'before that is published' },
    long: true,
  },
  'commit the offset first': {
    file: 'libs/bus/src/kafka/partition-feed.ts',
    right: '      untaken -= records.length\n      return records\n',
    wrong: '      untaken -= records.length\n      toCommit = Object.fromEntries(taken)\n      await commit()\n      return records\n',
    noticedBy: { file: 'tests/faults/servers.engines.test.ts', test: 'waits for MongoDB' },
    long: true,
  },
}

const ownFolders = ['libs', 'services', 'infra', 'tests', 'proto', 'tools']
const ownFiles = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'tsconfig.json', 'tsconfig.base.json', 'vitest.config.ts']
const copiedWithinMs = 600_000

/** The repository once more: what is ours is copied, the packages it needs are shared. */
function copyRepository(target: string): void {
  for (const name of [...ownFolders, ...ownFiles])
    cpSync(join(repository, name), join(target, name), { recursive: true, verbatimSymlinks: true })
  for (const shared of ['node_modules', '.runtime'].filter((name) => existsSync(join(repository, name))))
    symlinkSync(join(repository, shared), join(target, shared))
}

function plant(target: string, { file, right, wrong }: SeededBug): void {
  const path = join(target, file)
  const text = readFileSync(path, 'utf8')
  const places = text.split(right).length - 1
  if (places !== 1) throw new Error(`the bug can be planted in ${places} places of ${file}: this list has to follow the code`)
  writeFileSync(
    path,
    text.replace(right, () => wrong),
  )
}

/** The names of the tests that failed there, of those whose name holds these words. */
async function failuresOf(target: string, { file, test: words }: SeededBug['noticedBy']): Promise<{ run: number; failed: string[] }> {
  const report = join(target, 'report.json')
  const vitest = spawn(
    process.execPath,
    [
      ...[join(target, 'node_modules/vitest/vitest.mjs'), 'run', '--project=engines', file, '-t', words],
      ...['--reporter=json', `--outputFile=${report}`],
    ],
    { cwd: target, stdio: 'ignore' },
  )
  await once(vitest, 'exit')
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { assertionResults: { fullName: string; status: string }[] }[]
  }
  const tests = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'skipped' && status !== 'pending')
  return { run: tests.length, failed: tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName) }
}

const needed = ['KAFKA_BROKERS', 'MONGODB_URL']
const missing = needed.filter((name) => (process.env[name] ?? '') === '')
const long = process.env['SAMRESA_LONG'] === 'true'

for (const [name, bug] of Object.entries(bugs)) {
  if (bug.long && !long) continue
  test(`the tests notice who would ${name}`, { timeout: copiedWithinMs }, async ({ skip }) => {
    skip(missing.length > 0, `needs ${missing.join(', ')}: run npm run test:engines`)
    using folder = createTempFolder('seeded')
    copyRepository(folder.path)
    plant(folder.path, bug)
    const { run, failed } = await failuresOf(folder.path, bug.noticedBy)
    expect(run).toBeGreaterThan(0)
    expect(failed).toContainEqual(expect.stringContaining(bug.noticedBy.test))
  })
}
