import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { repository } from '../product/commands.ts'
import { createGateway } from '../product/gateway-client.ts'

/** The empty handler behind the same server, with one group-committed append, in a process of its own. */
export async function startFloor() {
  const child = spawn(process.execPath, [join(repository, 'infra/standalone/src/floor.main.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const gateway = createGateway((JSON.parse(line) as { address: string }).address, () => Promise.resolve('floor'))
  return {
    gateway,
    close: async () => {
      gateway.close()
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
