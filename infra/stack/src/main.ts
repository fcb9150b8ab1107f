// The product on production engines: a process per service on servers that run already (--native), or containers.
import { fileURLToPath } from 'node:url'
import { ArgumentFault, FolderInUse, openDataFolder, welcome } from '@samresa/instance'
import { readArguments } from './arguments.ts'
import { removeDockerStack, requireDocker, startDockerStack } from './docker-stack.ts'
import { startNativeStack } from './native-stack.ts'
import { removeInstallation } from './remove-installation.ts'
import { readServers } from './servers.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
const exitCodes = { stopped: 0, failed: 1, wrongCall: 2, folderInUse: 3 }

const say = (text: string) => process.stderr.write(`samresa: ${text}\n`)

let close = async () => {}
let ending = false
/** Ends this process, and what it has launched, for the first reason there is. */
async function end(exitCode: number, reason: string): Promise<void> {
  if (ending) return
  ending = true
  say(reason)
  await close()
  process.exit(exitCode)
}

function fail(error: unknown): Promise<void> {
  if (error instanceof FolderInUse) return end(exitCodes.folderInUse, error.message)
  if (error instanceof ArgumentFault) return end(exitCodes.wrongCall, error.message)
  return end(exitCodes.failed, (error as Error).stack!)
}

try {
  const given = readArguments(process.argv.slice(2), repository)
  const servers = given.native ? readServers(process.env) : undefined
  if (servers === undefined) await requireDocker()
  const folder = openDataFolder(given.data, false)
  close = async () => folder.release()
  const surroundings = { repository, folder, say }
  if (given.wipe) {
    await (servers === undefined ? removeDockerStack(surroundings) : removeInstallation(folder, given.prefix, servers))
    say('removed the installation, and what the folder held')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end(exitCodes.stopped, 'stopping …'))
  // Containers run by themselves, and nothing else keeps this process until somebody stops it.
  setInterval(() => undefined, 60_000)
  const running = await (servers === undefined
    ? startDockerStack(given, surroundings)
    : startNativeStack(given, { ...surroundings, servers }))
  close = async () => {
    await running.close()
    folder.release()
  }
  running.refused.catch(fail)
  const ready = await Promise.race([running.whenReady(), running.refused])
  // Last: whoever reads this line may send the signal at once.
  const hints = { signIn: `, password in ${ready.keycloak.secrets}/user-anna.secret`, commandOptions: ` -- --data ${given.data}` }
  process.stdout.write(given.json ? `${JSON.stringify(ready)}\n` : welcome(ready, hints))
} catch (error) {
  await fail(error)
}
