import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Engines, type Instance, startInstance } from '../product/instance.ts'
import { createTempFolder } from '../product/temp-folder.ts'
import { verifyRecord } from '../product/verify-record.ts'
import { differencesBetween, rowsFrom } from './findings.ts'
import { type PlayedPerson, PlayFault, playPeople } from './player.ts'
import { reportOf } from './printed-report.ts'
import type { Reporting } from './reporting.ts'
import type { Person } from './scenario-file.ts'
import { type ReadScenario, readScenario, ScenarioFault } from './scenario-reader.ts'

const usage = 'npm run -s scenario -- FILE [--json] [--channel rest] [--engines production]'
const portBase = 14_300
const servers = ['KAFKA_BROKERS', 'MONGODB_URL', 'KEYCLOAK_URL', 'KEYCLOAK_ADMIN', 'KEYCLOAK_ADMIN_PASSWORD']
const tell = (line: string) => process.stderr.write(`${line}\n`)

interface PlayerArguments {
  file: string
  json: boolean
  reporting: Reporting
  engines: Engines
}

/** A call or a file that cannot be played: exit code 2. */
class Unplayable extends Error {
  override name = 'Unplayable'
}

function readArguments(): PlayerArguments {
  const { values, positionals } = parsed()
  if (values.engines !== undefined && values.engines !== 'embedded' && values.engines !== 'production')
    throw new Unplayable(`--engines takes embedded or production, not "${values.engines}"`)
  const missing = servers.filter((name) => (process.env[name] ?? '') === '')
  if (values.engines === 'production' && missing.length > 0)
    throw new Unplayable(
      `--engines production needs ${missing.join(', ')} in the environment: "npm run engines" starts servers and names them`,
    )
  if (values.channel !== undefined && values.channel !== 'rest' && values.channel !== 'grpc')
    throw new Unplayable(`--channel takes rest or grpc, not "${values.channel}"`)
  const [file] = positionals
  if (file === undefined || positionals.length > 1) throw new Unplayable(`name one scenario file\n${usage}`)
  return { file, json: values.json ?? false, reporting: values.channel ?? 'grpc', engines: values.engines ?? 'embedded' }
}

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean' }, channel: { type: 'string' }, engines: { type: 'string' } },
    })
  } catch (cause) {
    throw new Unplayable(`${(cause as Error).message}\n${usage}`, { cause })
  }
}

function read(file: string): ReadScenario {
  try {
    return readScenario(readFileSync(file, 'utf8'))
  } catch (cause) {
    if (cause instanceof ScenarioFault) throw new Unplayable(`${file} is not a scenario:\n${cause.message}`, { cause })
    throw new Unplayable(`${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

/** Says at most once a second how far a stage has come, and when it is done. */
function createProgress(): (stage: string, done: number, all: number) => void {
  let last = 0
  return (stage, done, all) => {
    const now = performance.now()
    if (done < all && now - last < 1000) return
    last = now
    tell(`${stage}: ${done} of ${all}`)
  }
}

async function playFile({ file, reporting, engines }: PlayerArguments, { scenario, firstDate, locate }: ReadScenario) {
  using folder = createTempFolder('scenario')
  const args = ['--no-demo', '--region', resolve(file), '--today', firstDate]
  await using instance = await startInstance({ data: folder.path, portBase, args, engines })
  const people = await playOn(instance, scenario.people, reporting, locate)
  const verified = await verifyRecord(instance)
  if (verified.code !== 0) throw new Error(`the record of the run does not verify: ${verified.stdout}${verified.stderr}`)
  return { people, events: (JSON.parse(verified.stdout) as { events: number }).events }
}

/** Plays the people and stops the instance. A fault in the file is told with its place there. */
async function playOn(instance: Instance, people: Person[], reporting: Reporting, locate: ReadScenario['locate']): Promise<PlayedPerson[]> {
  try {
    return await playPeople(instance, people, reporting, createProgress())
  } catch (error) {
    if (!(error instanceof PlayFault)) throw error
    const message = `${locate(error.path)} could not be played: ${error.message}`
    throw error.refused ? new Unplayable(message, { cause: error }) : new Error(message, { cause: error })
  } finally {
    await instance.stop()
  }
}

/** What each person's findings lack or have too much of, one line each. */
function differencesOf(people: Person[], played: PlayedPerson[]): string[] {
  return people.flatMap(({ participant, expected }, index) => {
    const { conflicts, afterMoves } = played[index]!
    if (expected === undefined) return []
    const before = differencesBetween(expected.initial, rowsFrom(conflicts)).map((line) => `${participant.id}: ${line}`)
    const after =
      afterMoves === undefined
        ? []
        : differencesBetween(expected.afterMoves ?? [], rowsFrom(afterMoves)).map((line) => `${participant.id} after the moves: ${line}`)
    return [...before, ...after]
  })
}

async function main(): Promise<number> {
  const started = performance.now()
  const args = readArguments()
  const file = read(args.file)
  for (const line of file.unknown) tell(line)
  const { people, events } = await playFile(args, file)
  const result = { people, events, seconds: Math.round((performance.now() - started) / 100) / 10 }
  const differences = differencesOf(file.scenario.people, people)
  process.stdout.write(args.json ? `${JSON.stringify(result)}\n` : reportOf(result, differences.length === 0))
  if (differences.length > 0)
    tell(`${differences.length} findings differ from what the file expects:\n${differences.map((line) => `  ${line}`).join('\n')}`)
  return differences.length > 0 ? 1 : 0
}

try {
  process.exitCode = await main()
} catch (error) {
  tell((error as Error).message)
  process.exitCode = error instanceof Unplayable ? 2 : 1
}
