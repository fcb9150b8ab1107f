import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repository = fileURLToPath(new URL('../..', import.meta.url))

const scripts = (JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts

/** Node's arguments for a command of package.json once set-up is done: its flags, and the file that `npm run -s NAME` ends in. */
function entryOf(name: string): string[] {
  const words = scripts[name]?.split(' ') ?? []
  const file = words.at(-1)
  if (file === undefined) throw new Error(`package.json has no command "${name}"`)
  return [...words.filter((_, index) => words[index - 1] === '--node'), join(repository, file)]
}

/** Starts a command of the product on this Node, without the set-up step that came before. */
export function spawnCommand(name: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [...entryOf(name), ...args], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
}

export interface CommandResult {
  code: number
  stdout: string
  stderr: string
}

/** Runs a command of the product to its end; a signal counts as exit code -1. */
export function runCommand(name: string, args: string[], env: Record<string, string> = {}): Promise<CommandResult> {
  const child = spawnCommand(name, args, env)
  return new Promise((resolve, reject) => {
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk
    })
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }))
  })
}
