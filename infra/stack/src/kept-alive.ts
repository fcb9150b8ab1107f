import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

export interface KeptAliveOptions {
  name: string
  /** What Node runs. */
  entry: string
  environment: Record<string, string | undefined>
  /** Where both outputs are appended. */
  logFile: string
  /** Told of each start, the first too. */
  onStarted(pid: number): void
  /** Told when it cannot use its settings, with its own words: it is not started again. */
  onRefused(why: string): void
  say(text: string): void
}

/** A process that is started again whenever it ends by itself, unless its settings are wrong. */
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
/** With it a service says that its settings are wrong. */
const wrongSettings = 2
/** Its words are short, and are the first it says. */
const mostWordsBytes = 4_000

export function keepAlive({ name, entry, environment, logFile, onStarted, onRefused, say }: KeptAliveOptions): KeptAlive {
  let child: ChildProcess
  let delay = backoff.firstMs
  let restart: ReturnType<typeof setTimeout> | undefined
  let wanted = true

  const letGo = () => {
    wanted = false
    clearTimeout(restart)
  }
  const start = () => {
    const log = openSync(logFile, 'a', 0o600)
    const { size } = fstatSync(log)
    // A group of its own: Ctrl-C is for the stack, which ends its processes in order.
    child = spawn(process.execPath, [entry], { env: environment, stdio: ['ignore', log, log], detached: true })
    closeSync(log)
    const startedAt = performance.now()
    child.once('exit', (code, signal) => {
      if (!wanted) return
      if (code === wrongSettings) {
        letGo()
        return onRefused(`${name} ended with exit code ${code}, starting it again would not help:\n${saidIn(logFile, size)}`)
      }
      if (performance.now() - startedAt > settledMs) delay = backoff.firstMs
      say(`${name} ended (${signal ?? `exit code ${code}`}), starting it again; its log: ${logFile}`)
      restart = setTimeout(start, delay)
      delay = Math.min(delay * 2, backoff.mostMs)
    })
    onStarted(child.pid!)
  }
  start()

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

/** What was said since the log had that size. */
function saidIn(logFile: string, size: number): string {
  const words = Buffer.alloc(mostWordsBytes)
  const log = openSync(logFile, 'r')
  const read = readSync(log, words, 0, words.length, size)
  closeSync(log)
  return words.toString('utf8', 0, read).trim()
}
