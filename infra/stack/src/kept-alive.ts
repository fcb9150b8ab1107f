import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

export interface KeptAliveOptions {
  name: string
  /** What Node runs. */
  entry: string
  environment: Record<string, string | undefined>
  /** Where both outputs are appended. */
  logFile: string
  /** Told of each start, the first too. */
  onStarted(pid: number): void
  say(text: string): void
}

/** A process that is started again whenever it ends by itself. */
export interface KeptAlive {
  pid(): number
  /** When it ends from now on, it is not started again. */
  letGo(): void
  /** Sends SIGTERM and waits for the end; SIGKILL when it takes longer than that. */
  stop(withinMs: number): Promise<void>
  /** Sends SIGKILL to what still runs. */
  kill(): void
}

const backoff = { firstMs: 200, mostMs: 5_000 }
/** A process that lived that long has nothing to do with the failure before. */
const settledMs = 30_000

export function keepAlive({ name, entry, environment, logFile, onStarted, say }: KeptAliveOptions): KeptAlive {
  let child: ChildProcess
  let delay = backoff.firstMs
  let restart: ReturnType<typeof setTimeout> | undefined
  let wanted = true

  const start = () => {
    const log = openSync(logFile, 'a', 0o600)
    // A group of its own: Ctrl-C is for the stack, which ends its processes in order.
    child = spawn(process.execPath, [entry], { env: environment, stdio: ['ignore', log, log], detached: true })
    closeSync(log)
    const startedAt = performance.now()
    child.once('exit', (code, signal) => {
      if (!wanted) return
      if (performance.now() - startedAt > settledMs) delay = backoff.firstMs
      say(`${name} ended (${signal ?? `exit code ${code}`}), starting it again; its log: ${logFile}`)
      restart = setTimeout(start, delay)
      delay = Math.min(delay * 2, backoff.mostMs)
    })
    onStarted(child.pid!)
  }
  start()

  const letGo = () => {
    wanted = false
    clearTimeout(restart)
  }
  const running = () => child.exitCode === null && child.signalCode === null

  return {
    pid: () => child.pid!,
    letGo,
    stop: async (withinMs) => {
      letGo()
      if (!running()) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      const kill = setTimeout(() => {
        say(`${name} did not end after ${withinMs} ms: killed`)
        child.kill('SIGKILL')
      }, withinMs)
      await ended
      clearTimeout(kill)
    },
    kill: () => {
      letGo()
      if (running()) child.kill('SIGKILL')
    },
  }
}
