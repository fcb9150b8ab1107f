import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../product/commands.ts'
import type { ProcessName, ProductionInstance } from '../product/instance.ts'
import { waitUntil } from '../product/wait-until.ts'

/** A second process of a service beside the first, as in a rolling update: same settings, ports of its own. */
export async function startSecondProcess(instance: ProductionInstance, service: ProcessName, port: number): Promise<AsyncDisposable> {
  const settings = Object.fromEntries(
    readFileSync(`/proc/${instance.pids()[service]}/environ`, 'utf8')
      .split('\0')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  const log = openSync(join(instance.data, 'logs', `${service}-second.log`), 'a')
  const child: ChildProcess = spawn(process.execPath, [join(repository, 'services', service, 'src/main.ts')], {
    env: { ...settings, PORT: String(port), INNER_PORT: String(port + 1), GATEWAY_PORT: String(port + 2), INSTANCE: 'second' },
    stdio: ['ignore', log, log],
  })
  const ended = once(child, 'exit')
  await waitUntil(
    `the second ${service} is ready`,
    () =>
      fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
        ({ ok }) => ok,
        () => false,
      ),
    60_000,
  )
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
