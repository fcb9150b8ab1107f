import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { waitUntil } from '../product/wait-until.ts'

/** How one server is started. Its command names its folder, by which a living server is told from a stranger with its old process id. */
export interface ServerRecipe {
  name: string
  port: number
  command: string
  args: string[]
  env?: Record<string, string>
  /** What has to exist before it starts; called again before each start. */
  layOut(folder: string): Promise<void>
}

/** One server: what tests do to it. Each answer comes when it is so. */
export interface EngineNode {
  readonly name: string
  /** host:port */
  readonly address: string
  /** undefined while it does not run. */
  pid(): number | undefined
  /** Starts it where it does not run, on the data it had, and waits until it takes connections. */
  start(): Promise<void>
  /** SIGTERM. */
  stop(): Promise<void>
  /** kill -9. */
  kill(): Promise<void>
  /** SIGSTOP: it keeps its connections and says nothing. */
  freeze(): void
  /** SIGCONT. */
  thaw(): void
}

export const host = '127.0.0.1'
const startsWithinMs = 120_000
const stopsWithinMs = 30_000

/** The server of this recipe in a data folder: its data in NAME/, its output in NAME.log, its process id in NAME.pid. */
export function serverIn(data: string, recipe: ServerRecipe): EngineNode {
  const { name, port } = recipe
  const folder = join(data, name)
  const [pidFile, logFile] = [join(data, `${name}.pid`), join(data, `${name}.log`)]

  const living = () => livingPid(pidFile, folder)
  const send = (signal: NodeJS.Signals) => {
    const pid = living()
    if (pid !== undefined) signalGroup(pid, signal)
  }
  // Gone is gone when its port is free too: a dying process loses its memory before its sockets.
  const gone = async () => living() === undefined && !(await listens(port))
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    // A frozen server would hear SIGTERM only when it thaws.
    if (signal === 'SIGTERM') send('SIGCONT')
    send(signal)
    try {
      await waitUntil(`${name} has ended`, gone, stopsWithinMs)
    } catch {
      send('SIGKILL')
      await waitUntil(`${name} has ended`, gone, stopsWithinMs)
    }
    rmSync(pidFile, { force: true })
  }

  return {
    name,
    address: `${host}:${port}`,
    pid: living,
    async start() {
      if (living() === undefined) {
        if (await listens(port)) throw new Error(`port ${port} is taken by something else than ${name}`)
        mkdirSync(folder, { recursive: true })
        await recipe.layOut(folder)
        const log = openSync(logFile, 'a')
        // A group of its own: it outlives the command that started it, and what it starts ends with it.
        const child = spawn(recipe.command, recipe.args, {
          stdio: ['ignore', log, log],
          detached: true,
          env: { ...process.env, ...recipe.env },
        })
        closeSync(log)
        await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
        child.unref()
        writeFileSync(pidFile, String(child.pid))
      }
      const listening = async () => {
        if (living() === undefined) throw new Error(`${name} ended at its start:\n${tailOf(logFile)}`)
        return await listens(port)
      }
      await waitUntil(`${name} takes connections (${logFile})`, listening, startsWithinMs)
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => send('SIGSTOP'),
    thaw: () => send('SIGCONT'),
  }
}

/** The process id in the file when that process lives and is the one that works on this folder. */
export function livingPid(pidFile: string, folder: string): number | undefined {
  if (!existsSync(pidFile)) return undefined
  const pid = Number(readFileSync(pidFile, 'utf8'))
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder) ? pid : undefined
  } catch {
    return undefined
  }
}

export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const answer = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.once('connect', () => answer(true)).once('error', () => answer(false))
  })
}

const tailOf = (file: string): string => readFileSync(file, 'utf8').split('\n').slice(-20).join('\n')
