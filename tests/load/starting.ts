import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { repository } from '../product/commands.ts'
import { createTempFolder } from '../product/temp-folder.ts'

const portBase = 18_500

/** Milliseconds from the command to its ready line, with the demo people, on an empty data folder. */
export async function timeStart(checkout = repository): Promise<number> {
  using folder = createTempFolder('start')
  const began = performance.now()
  const child = spawn('npm', ['start', '-s', '--', '--json', '--data', folder.path, '--port-base', String(portBase)], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`npm start ended with ${code}`))),
  ])) as [string]
  const milliseconds = performance.now() - began
  const exited = once(child, 'exit')
  process.kill((JSON.parse(line) as { pid: number }).pid, 'SIGTERM')
  await exited
  return Math.round(milliseconds)
}

const made = /(^|\/)(node_modules|\.runtime|\.samresa|\.git|dist)(\/|$)/

/** The same from a fresh copy of the sources: runtime, packages and pages are brought first. */
export async function timeColdStart(): Promise<number> {
  using copy = createTempFolder('cold')
  const checkout = join(copy.path, 'samresa')
  cpSync(repository, checkout, { recursive: true, filter: (source) => !made.test(relative(repository, source)) })
  return await timeStart(checkout)
}
