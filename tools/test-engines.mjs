// npm run test:engines [-- --long] [PATTERN…]: the tests that need real Kafka, MongoDB and Keycloak. The servers are those that the
// environment names; else containers where a Docker engine answers; else those of tests/engines; else the tests say what they lack and are
// skipped. Ends with "tests: N passed, N failed, N skipped".
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runVitest, say, sayResult } from './test-run.mjs'

const { dockerAnswers, startContainers } = await import('../tests/engines/containers.ts')
const { EnginesMissing, findPorts, startEngines } = await import('../tests/engines/engines.ts')

const variables = { kafka: 'KAFKA_BROKERS', mongo: 'MONGODB_URL', keycloak: 'KEYCLOAK_URL' }
const firstPort = 30_000

/** Servers of these kinds, and how to be rid of them. */
async function provide(kinds) {
  if (kinds.length === 0) return { from: 'the environment', environment: {}, stop: async () => undefined }
  if (await dockerAnswers()) return { from: 'containers', ...(await startContainers(kinds)) }
  const data = mkdtempSync(join(tmpdir(), 'samresa-engines-'))
  const wipe = () => rmSync(data, { recursive: true, force: true })
  try {
    const engines = await startEngines({
      data,
      ports: await findPorts(firstPort, 1),
      kafkaNodes: kinds.includes('kafka') ? 1 : 0,
      mongoNodes: kinds.includes('mongo') ? 1 : 0,
      keycloak: kinds.includes('keycloak'),
      say: (line) => say(`engines: ${line}`),
    })
    return { from: 'tests/engines', environment: engines.environment, stop: () => engines[Symbol.asyncDispose]().then(wipe) }
  } catch (error) {
    wipe()
    if (!(error instanceof EnginesMissing)) throw error
    return { from: `nowhere: ${error.message}, or a Docker engine`, environment: {}, stop: async () => undefined }
  }
}

const given = process.argv.slice(2)
const long = given.includes('--long')
const wanted = Object.keys(variables).filter((kind) => process.env[variables[kind]] === undefined)
const { from, environment, stop } = await provide(wanted)
say(`engines: ${wanted.length === 0 ? 'all' : wanted.join(', ')} from ${from}`)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop().finally(() => process.exit(130)))
try {
  const patterns = given.filter((word) => word !== '--long')
  const result = await runVitest(['--project=engines', ...patterns], { ...environment, ...(long && { SAMRESA_LONG: 'true' }) })
  process.exitCode = sayResult(result) ? 0 : 1
} finally {
  await stop()
}
