import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CannotVerify, type VerifyReport, verifyDataFolder } from './verify.ts'

const repository = join(import.meta.dirname, '../../..')

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

function main(): number {
  const { values } = parseArgs({ options: { data: { type: 'string' }, json: { type: 'boolean', default: false } } })
  const report = verifyDataFolder(values.data === undefined ? join(repository, '.samresa') : resolve(values.data))
  process.stdout.write(`${values.json ? JSON.stringify(report) : tell(report)}\n`)
  return report.ok ? 0 : 1
}

try {
  process.exitCode = main()
} catch (error) {
  const known = error instanceof CannotVerify || (error instanceof TypeError && 'code' in error)
  process.stderr.write(`audit:verify: ${error instanceof Error ? error.message : String(error)}\n`)
  if (!known && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  process.exitCode = 2
}
