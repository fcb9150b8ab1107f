import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { verifyDataFolder } from './verify.folder.ts'
import { type MongoInstallation, verifyMongoInstallation } from './verify.mongodb.ts'
import { CannotVerify, type VerifyReport } from './verify.ts'

const repository = join(import.meta.dirname, '../../..')
const usualPrefix = 'samresa_'

/** Kinds of faults in words for people. */
const words = {
  ALTERED: 'has been altered',
  MISSING_TAIL: 'is missing: the end of the stream has been cut off',
  MISSING_STREAM: 'is missing with its whole stream',
  REORDERED: 'stands at another place than where it was written',
}

function tell({ streams, commits, events, faults = [] }: VerifyReport): string {
  const counted = `${streams} streams, ${commits} commits, ${events} events`
  if (faults.length === 0) return `Everything is as it was written: ${counted}.`
  const lines = faults.map(({ stream, seq, kind }) => `  ${kind}  stream ${stream}, commit ${seq} ${words[kind]}`)
  return [`${faults.length} fault(s) found in ${counted}:`, ...lines].join('\n')
}

const options = {
  data: { type: 'string' },
  mongodb: { type: 'string' },
  prefix: { type: 'string' },
  engines: { type: 'string', default: 'embedded' },
  json: { type: 'boolean', default: false },
} as const

/** The installation is named by its servers, or by a folder: its own data, or the running stack that has written down its servers there. */
async function verify(given: { data?: string; mongodb?: string; prefix?: string; engines: string }): Promise<VerifyReport> {
  if (given.engines !== 'embedded' && given.engines !== 'production') throw new CannotVerify('--engines is embedded or production')
  const url = given.mongodb ?? (given.engines === 'production' ? process.env['MONGODB_URL'] : undefined)
  if (url !== undefined) {
    if (given.data !== undefined) throw new CannotVerify('name a folder with --data or servers with --mongodb, not both')
    return verifyMongoInstallation({ url, prefix: given.prefix ?? process.env['MONGODB_DATABASE_PREFIX'] ?? usualPrefix })
  }
  if (given.engines === 'production') throw new CannotVerify('--engines production needs MONGODB_URL, or name the servers with --mongodb')
  const folder = given.data === undefined ? join(repository, '.samresa') : resolve(given.data)
  const stack = stackOf(folder)
  return stack === undefined ? verifyDataFolder(folder) : verifyMongoInstallation(stack)
}

function stackOf(folder: string): MongoInstallation | undefined {
  const file = join(folder, 'instance.json')
  if (!existsSync(file)) return undefined
  const instance = JSON.parse(readFileSync(file, 'utf8')) as { engines?: string; mongodb?: MongoInstallation }
  return instance.engines === 'production' ? instance.mongodb : undefined
}

async function main(): Promise<number> {
  const { json, ...given } = parseArgs({ options }).values
  const report = await verify(given)
  process.stdout.write(`${json ? JSON.stringify(report) : tell(report)}\n`)
  return report.ok ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  const known = error instanceof CannotVerify || (error instanceof TypeError && 'code' in error)
  process.stderr.write(`audit:verify: ${error instanceof Error ? error.message : String(error)}\n`)
  if (!known && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  process.exitCode = 2
}
