import { createInterface } from 'node:readline/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { connectToRunning } from '../product/instance.ts'
import { AlreadyPlayed, chapters } from './chapters.ts'

const usage = 'npm run -s story [-- --auto] [--pause SECONDS] [--data DIR]'
const say = (line: string) => process.stdout.write(`${line}\n`)

/** Waits for Enter, or with --auto for a while, so that what happens can be followed in an open page. */
function createTurn(auto: boolean, seconds: number) {
  if (auto) return { next: () => pause(seconds * 1000), close: () => undefined }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  return { next: () => terminal.question('   (Enter) ').then(() => undefined), close: () => terminal.close() }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { auto: { type: 'boolean' }, pause: { type: 'string' }, data: { type: 'string' } } })
  const seconds = Number(values.pause ?? 3)
  if (Number.isNaN(seconds) || seconds < 0) throw new Error(`--pause takes seconds, not "${values.pause}"\n${usage}`)
  const product = connectToRunning(values.data)
  const turn = createTurn(values.auto ?? false, seconds)
  try {
    for await (const line of chapters(product)) {
      say(line)
      await turn.next()
    }
  } finally {
    turn.close()
    product.disconnect()
  }
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = error instanceof AlreadyPlayed ? 2 : 1
}
