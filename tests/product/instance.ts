import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { repository, spawnCommand } from './commands.ts'
import { createGateway, type Gateway } from './gateway-client.ts'
import { createRestClient, type RestClient, type ServiceName } from './rest-client.ts'
import { createTokens, type TokenOf } from './tokens.ts'

/** The one line that `npm start -s -- --json` says. */
export interface ReadyLine {
  ready: true
  pid: number
  portal: string
  /** host:port */
  agencyGateway: string
  issuer: string
  services: Record<ServiceName | 'portal', string>
  today: string
  demo?: { participants: Record<string, string> }
}

/** How the product is reached from outside, whoever started it. */
export interface Product {
  ready: ReadyLine
  data: string
  tokenOf: TokenOf
  /** REST as this demo user. */
  rest(user: string): RestClient
  /** gRPC as this demo user. */
  gateway(user: string): Gateway
  /** Ends the gRPC connections of this side. */
  disconnect(): void
}

export interface Instance extends Product {
  /** What the process said on stderr so far. */
  log(): string
  /** SIGTERM; answers with the exit code once the process is gone. */
  stop(): Promise<number>
  /** kill -9 of the serving process. */
  kill(): Promise<void>
  /** Leaves nothing running behind a test that failed. */
  [Symbol.asyncDispose](): Promise<void>
}

export interface StartOptions {
  data: string
  portBase: number
  args?: string[]
  env?: Record<string, string>
  withinMs?: number
}

/** The command ended instead of getting ready. */
export class StartFailed extends Error {
  override name = 'StartFailed'
  readonly code: number
  constructor(code: number, log: string) {
    super(`the instance ended with exit code ${code}:\n${log}`)
    this.code = code
  }
}

const usualPatienceMs = 60_000

/** Starts the product and waits for its ready line. Rejects with StartFailed when it ends first. */
export async function startInstance(options: StartOptions): Promise<Instance> {
  const child = spawnCommand(
    'start',
    ['--json', '--data', options.data, '--port-base', String(options.portBase), ...(options.args ?? [])],
    options.env,
  )
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk
  })
  const ended = once(child, 'exit').then(([code, signal]) => {
    if (signal !== null) log += `ended by ${signal}\n`
    return (code as number | null) ?? -1
  })
  const firstLine = new Promise<string>((resolve) => {
    if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve)
  })
  const patience = new AbortController()
  const tooLate = pause(options.withinMs ?? usualPatienceMs, undefined, { signal: patience.signal }).then(() => {
    child.kill('SIGKILL')
    throw new Error(`the instance was not ready in time:\n${log}`)
  })
  const line = await Promise.race([firstLine, ended.then((code) => Promise.reject(new StartFailed(code, log))), tooLate]).finally(() => {
    // Nobody waits for it any more: its end is no failure.
    tooLate.catch(() => undefined)
    patience.abort()
  })
  const ready = JSON.parse(line) as ReadyLine
  const product = connect(ready, options.data)
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (child.exitCode === null && child.signalCode === null) process.kill(ready.pid, signal)
    const code = await ended
    product.disconnect()
    return code
  }
  const kill = async () => {
    await end('SIGKILL')
  }
  return { ...product, log: () => log, stop: () => end('SIGTERM'), kill, [Symbol.asyncDispose]: kill }
}

/** The instance that runs on this folder, started by someone else. Throws with what to do when there is none. */
export function connectToRunning(data = join(repository, '.samresa')): Product {
  let text: string
  try {
    text = readFileSync(join(data, 'instance.json'), 'utf8')
  } catch (cause) {
    throw new Error(`no instance runs on ${data}: start one with "npm start" first, or name its folder with --data`, { cause })
  }
  return connect(JSON.parse(text) as ReadyLine, data)
}

function connect(ready: ReadyLine, data: string): Product {
  const tokenOf = createTokens(data)
  const gateways = new Map<string, Gateway>()
  return {
    ready,
    data,
    tokenOf,
    rest: (user) => createRestClient({ services: ready.services, token: () => tokenOf(user), purpose: purposeOf(user) }),
    gateway: (user) => {
      const known = gateways.get(user)
      if (known !== undefined) return known
      const gateway = createGateway(ready.agencyGateway, () => tokenOf(user))
      gateways.set(user, gateway)
      return gateway
    },
    disconnect: () => {
      for (const gateway of gateways.values()) gateway.close()
      gateways.clear()
    },
  }
}

const participants = ['rania', 'yonas', 'halima', 'marcus']

/** Staff and systems say why they ask; participants need not. */
const purposeOf = (user: string): string | undefined =>
  participants.includes(user) ? undefined : user === 'auditor' ? 'audit' : 'planning'
