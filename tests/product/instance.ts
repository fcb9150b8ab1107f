import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { repository, runCommand, spawnCommand } from './commands.ts'
import { createGateway, type Gateway } from './gateway-client.ts'
import { createRestClient, type RestClient, type ServiceName } from './rest-client.ts'
import { createTokens, type TokenOf } from './tokens.ts'
import { waitUntil } from './wait-until.ts'

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
  /** Only of the production engines. */
  engines?: 'production'
  kafka?: { brokers: string[]; prefix: string }
  mongodb?: { url: string; prefix: string }
  keycloak?: { url: string; realm: string; secrets: string }
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
  /** Leaves nothing behind, of a test that failed too: no process, and nothing on servers. */
  [Symbol.asyncDispose](): Promise<void>
}

/** The services that are processes of their own on the production engines. */
export type ProcessName = ServiceName | 'portal'

/** The product on real servers, every service a process of its own, which is started again whenever it ends. */
export interface ProductionInstance extends Instance {
  /** The process of each service as it is now. */
  pids(): Record<ProcessName, number>
  /** kill -9 of one service. It comes back by itself. */
  killService(name: ProcessName): void
  /** SIGTERM to one service; resolves once its successor is ready. */
  restartService(name: ProcessName): Promise<void>
  /** SIGSTOP: its connections stay and nothing is answered. */
  freezeService(name: ProcessName): void
  /** SIGCONT. */
  thawService(name: ProcessName): void
  /** Resolves once every service says that it is ready. */
  allReady(): Promise<void>
}

export type Engines = 'embedded' | 'production'

export interface StartOptions {
  data: string
  portBase: number
  args?: string[]
  /** For the production engines: where the servers are, unless this process's own environment says so. */
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

const usualPatienceMs: Record<Engines, number> = { embedded: 60_000, production: 120_000 }
const commands: Record<Engines, [string, ...string[]]> = { embedded: ['start'], production: ['stack', '--native'] }

/** Starts the product and waits for its ready line. Rejects with StartFailed when it ends first. */
export async function startInstance(options: StartOptions & { engines: 'production' }): Promise<ProductionInstance>
export async function startInstance(options: StartOptions & { engines?: Engines }): Promise<Instance>
export async function startInstance({ engines = 'embedded', ...options }: StartOptions & { engines?: Engines }): Promise<Instance> {
  const [command, ...always] = commands[engines]
  const given = ['--json', '--data', options.data, '--port-base', String(options.portBase), ...(options.args ?? [])]
  const child = spawnCommand(command, [...always, ...given], options.env)
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
  const tooLate = pause(options.withinMs ?? usualPatienceMs[engines], undefined, { signal: patience.signal }).then(() => {
    child.kill('SIGKILL')
    throw new Error(`the instance was not ready in time:\n${log}`)
  })
  const line = await Promise.race([firstLine, ended.then((code) => Promise.reject(new StartFailed(code, log))), tooLate])
    .catch(async (error) => {
      if (engines === 'production') await clearServers(options)
      throw error
    })
    .finally(() => {
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
  const instance: Instance = { ...product, log: () => log, stop: () => end('SIGTERM'), kill, [Symbol.asyncDispose]: kill }
  return engines === 'production' ? onServers(instance, options) : instance
}

const readyWithinMs = 60_000

function onServers(instance: Instance, options: StartOptions): ProductionInstance {
  const { ready, data } = instance
  const pids = () => pidsOf(data) as Record<ProcessName, number>
  const isReady = async (name: ProcessName) => {
    try {
      return (await fetch(`${ready.services[name]}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok
    } catch {
      return false
    }
  }
  const becomesReady = (name: ProcessName) => waitUntil(`${name} is ready`, () => isReady(name), readyWithinMs)
  const send = (name: ProcessName, signal: NodeJS.Signals) => {
    process.kill(pids()[name], signal)
  }
  const kill = async () => {
    await instance.kill()
    killServices(data)
  }
  return {
    ...instance,
    pids,
    killService: (name) => send(name, 'SIGKILL'),
    restartService: async (name) => {
      const before = pids()[name]
      send(name, 'SIGTERM')
      await waitUntil(`${name} has a successor`, () => pids()[name] !== before, readyWithinMs)
      await becomesReady(name)
    },
    freezeService: (name) => send(name, 'SIGSTOP'),
    thawService: (name) => send(name, 'SIGCONT'),
    allReady: async () => {
      await Promise.all((Object.keys(pids()) as ProcessName[]).map(becomesReady))
    },
    kill,
    [Symbol.asyncDispose]: async () => {
      await instance.kill()
      await clearServers(options)
    },
  }
}

/** The processes of the services that belong to this folder, as the stack wrote them down; none after an orderly end. */
function pidsOf(data: string): Partial<Record<ProcessName, number>> {
  const file = join(data, 'pids.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

/** Ends the services that a killed stack has left running. */
function killServices(data: string): void {
  for (const pid of Object.values(pidsOf(data))) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

/** Removes what the folder's installation has on the servers: databases, topics, realm. */
async function clearServers({ data, env }: StartOptions): Promise<void> {
  killServices(data)
  const { code, stderr } = await runCommand('stack', ['--native', '--wipe', '--data', data], env)
  if (code !== 0) throw new Error(`the installation could not be removed: ${stderr}`)
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
