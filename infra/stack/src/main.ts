// The product on production engines: a process per service on servers that run already (--native), or containers.
import { fileURLToPath } from 'node:url'
import { ArgumentFault, FolderInUse, openDataFolder, welcome } from '@samresa/instance'
import { readArguments } from './arguments.ts'
import { removeDockerStack, requireDocker, startDockerStack } from './docker-stack.ts'
import { startNativeStack } from './native-stack.ts'
import { removeInstallation } from './remove-installation.ts'
import { readServers } from './servers.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
const exitCodes = { failed: 1, wrongCall: 2, folderInUse: 3 }

const say = (text: string) => process.stderr.write(`samresa: ${text}\n`)

try {
  const given = readArguments(process.argv.slice(2), repository)
  const servers = given.native ? readServers(process.env) : undefined
  if (servers === undefined) await requireDocker()
  const folder = openDataFolder(given.data, false)
  const surroundings = { repository, folder, say }
  if (given.wipe) {
    await (servers === undefined ? removeDockerStack(surroundings) : removeInstallation(folder, given.prefix, servers))
    say('removed the installation, and what the folder held')
    process.exit(0)
  }
  let stopping = false
  let close = async () => {}
  const stop = async () => {
    if (stopping) return
    stopping = true
    say('stopping …')
    await close()
    folder.release()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop())
  const running = await (servers === undefined
    ? startDockerStack(given, surroundings)
    : startNativeStack(given, { ...surroundings, servers }))
  close = running.close
  const ready = await running.whenReady().catch(async (error: unknown) => {
    await running.close()
    throw error
  })
  // Last: whoever reads this line may send the signal at once.
  const hints = { signIn: `, password in ${ready.keycloak.secrets}/user-anna.secret`, commandOptions: ` -- --data ${given.data}` }
  process.stdout.write(given.json ? `${JSON.stringify(ready)}\n` : welcome(ready, hints))
} catch (error) {
  const known = error instanceof ArgumentFault || error instanceof FolderInUse
  say(known ? error.message : (error as Error).stack!)
  process.exit(error instanceof FolderInUse ? exitCodes.folderInUse : known ? exitCodes.wrongCall : exitCodes.failed)
}
