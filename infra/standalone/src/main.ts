// The whole product in one process, on embedded engines.
import { fileURLToPath } from 'node:url'
import { ArgumentFault, FolderInUse, welcome } from '@samresa/instance'
import { RegionFault } from '@samresa/planning'
import { readArguments } from './arguments.ts'
import { startStandalone } from './standalone.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
const exitCodes = { failed: 1, wrongCall: 2, folderInUse: 3 }

const say = (text: string) => process.stderr.write(`${text}\n`)

try {
  const given = readArguments(process.argv.slice(2), repository)
  const running = await startStandalone(given, { repository, say })
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    try {
      say('samresa: stopping …')
      await running.close()
    } finally {
      // What could not be ended, or told, must not keep the process: all that was accepted is on disk.
      process.exit(0)
    }
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
  // Last: whoever reads this line may send the signal at once.
  process.stdout.write(given.json ? `${JSON.stringify(running.ready)}\n` : welcome(running.ready))
} catch (error) {
  const known = error instanceof ArgumentFault || error instanceof RegionFault || error instanceof FolderInUse
  say(`samresa: ${known ? error.message : (error as Error).stack}`)
  process.exit(error instanceof FolderInUse ? exitCodes.folderInUse : known ? exitCodes.wrongCall : exitCodes.failed)
}
