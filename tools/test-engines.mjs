// npm run test:engines [-- --long] [PATTERN…]: the tests that need real Kafka, MongoDB and Keycloak. The servers are those that the
// environment names; else containers where a Docker engine answers; else those of tests/engines; else the tests say what they lack and are
// skipped. Ends with "tests: N passed, N failed, N skipped".
import { runVitest, say, sayResult } from './test-run.mjs'

const { provideServers } = await import('../tests/engines/provide.ts')

const given = process.argv.slice(2)
const patterns = given.filter((word) => word !== '--long')
const { from, environment, stop } = await provideServers((line) => say(`engines: ${line}`))
say(`engines: the servers come from ${from}`)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop().finally(() => process.exit(130)))
try {
  const long = given.includes('--long') && { SAMRESA_LONG: 'true' }
  const result = await runVitest(['--project=engines', ...patterns], { ...environment, ...long })
  process.exitCode = sayResult(result) ? 0 : 1
} finally {
  await stop()
}
