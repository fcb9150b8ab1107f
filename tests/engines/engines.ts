import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { waitUntil } from '../product/wait-until.ts'
import { brokersAgree, type KafkaGuard, kafkaPortsOf, kafkaRecipes, leaderOf } from './kafka-nodes.ts'
import { keycloakAdmin, keycloakAnswers, keycloakRecipe } from './keycloak-node.ts'
import { findPrimary, formReplicaSet, membersAgree, mongoRecipes, replicaSet, stepDown } from './mongo-nodes.ts'
import { type EngineKind, installed, whatIsMissing } from './programs.ts'
import { type EngineNode, listens, livingPid, type ServerRecipe, serverIn, signalGroup } from './server-process.ts'

export interface EngineOptions {
  /** The folder of the servers' data, logs and process ids. A set found there is taken up again. */
  data: string
  /** The first port of each kind: node i listens on port + i, Kafka's controllers 100 above. */
  ports?: Partial<Record<EngineKind, number>>
  /** 0 for none. */
  kafkaNodes?: number
  /** Kafka asks who is there, beside its usual listener. */
  kafkaGuard?: KafkaGuard
  /** 0 for none. */
  mongoNodes?: number
  keycloak?: boolean
  /** The servers go on when this process ends; otherwise they end with it, whatever way it ends. */
  outlive?: boolean
  say?: (line: string) => void
}

/** Real servers on this machine. */
export interface Engines {
  /** KAFKA_BROKERS, MONGODB_URL, KEYCLOAK_URL … of what was started. */
  environment: Record<string, string>
  kafka: EngineNode[]
  mongo: EngineNode[]
  keycloak: EngineNode | undefined
  /** The broker that leads this partition now. */
  leader(topic: string, partition: number): Promise<EngineNode>
  /** The member of MongoDB that takes writes now. */
  primary(): Promise<EngineNode>
  /** Asks MongoDB's primary to give way and waits until another has taken over. */
  stepDown(): Promise<void>
  /** Starts and thaws whatever is down or frozen, and waits until every copy has caught up. */
  heal(): Promise<void>
  stop(): Promise<void>
  /** Kills all of them: three brokers that stop at once wait for each other, and nobody needs what they would save. */
  [Symbol.asyncDispose](): Promise<void>
}

export const usualPorts: Record<EngineKind, number> = { kafka: 29_092, mongo: 29_117, keycloak: 28_080 }

/** Ports that nothing listens on, from `first` on, for a set of so many nodes of each kind. */
export async function findPorts(first: number, nodes: number): Promise<Record<EngineKind, number>> {
  for (let kafka = first; ; kafka += 400) {
    const ports = { kafka, mongo: kafka + 200, keycloak: kafka + 300 }
    const needed = Array.from({ length: nodes }, (_, id) => [...kafkaPortsOf(ports.kafka + id), ports.mongo + id]).flat()
    const taken = await Promise.all([...needed, ports.keycloak].map(listens))
    if (!taken.includes(true)) return ports
  }
}

/** The servers named cannot run on this machine. */
export class EnginesMissing extends Error {
  override name = 'EnginesMissing'
}

const healsWithinMs = 90_000

/** Installs what is not installed, starts what does not run, and answers when all of it works together. Rejects with EnginesMissing. */
export async function startEngines(options: EngineOptions): Promise<Engines> {
  const { kafkaNodes = 1, kafkaGuard, mongoNodes = 1, keycloak: withKeycloak = true, outlive = false, say = () => undefined } = options
  const data = resolve(options.data)
  const ports = { ...usualPorts, ...options.ports }
  const kinds = (['kafka', 'mongo', 'keycloak'] as const).filter(
    (kind) => ({ kafka: kafkaNodes > 0, mongo: mongoNodes > 0, keycloak: withKeycloak })[kind],
  )
  const missing = await whatIsMissing(kinds)
  if (missing !== undefined) throw new EnginesMissing(`the servers need ${missing}`)
  mkdirSync(data, { recursive: true })
  const programs: Partial<Record<EngineKind, string>> = {}
  // One after the other: they share Maven's own store.
  for (const kind of kinds) programs[kind] = await installed(kind, say)

  const nodesOf = (recipes: ServerRecipe[]) => recipes.map((recipe) => serverIn(data, recipe))
  const kafka = programs.kafka === undefined ? [] : nodesOf(kafkaRecipes(programs.kafka, data, ports.kafka, kafkaNodes, kafkaGuard))
  const mongo = programs.mongo === undefined ? [] : nodesOf(mongoRecipes(programs.mongo, data, ports.mongo, mongoNodes))
  const [keycloak] = programs.keycloak === undefined ? [] : nodesOf([keycloakRecipe(programs.keycloak, data, ports.keycloak)])
  const nodes = [...kafka, ...mongo, ...(keycloak === undefined ? [] : [keycloak])]
  const brokers = kafka.map(({ address }) => address)
  const members = mongo.map(({ address }) => address)
  refuseOtherShape(data, { kafka: kafka.length, mongo: mongo.length })
  if (!outlive) endWithThisProcess(data)

  const heal = async () => {
    for (const node of nodes) node.thaw()
    await Promise.all(nodes.map((node) => node.start()))
    await Promise.all([
      kafka.length > 0 && waitUntil('the brokers agree', () => brokersAgree(brokers), healsWithinMs),
      mongo.length > 0 && formReplicaSet(members).then(() => waitUntil('the members agree', () => membersAgree(members), healsWithinMs)),
      keycloak && waitUntil('Keycloak answers', () => keycloakAnswers(keycloak.address), healsWithinMs),
    ])
  }
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  const kill = async () => {
    await Promise.all(nodes.map((node) => node.kill()))
  }
  try {
    await heal()
  } catch (error) {
    if (!outlive) await kill()
    throw error
  }
  return {
    environment: {
      ...(kafka.length > 0 && { KAFKA_BROKERS: brokers.join(',') }),
      ...(mongo.length > 0 && { MONGODB_URL: `mongodb://${members.join(',')}/?replicaSet=${replicaSet}` }),
      ...(keycloak && {
        KEYCLOAK_URL: `http://${keycloak.address}`,
        KEYCLOAK_ADMIN: keycloakAdmin.name,
        KEYCLOAK_ADMIN_PASSWORD: keycloakAdmin.password,
      }),
    },
    kafka,
    mongo,
    keycloak,
    leader: async (topic, partition) => kafka[await leaderOf(brokers, topic, partition)]!,
    primary: async () => {
      const address = await waitUntil('MongoDB has a primary', () => findPrimary(members), healsWithinMs)
      return mongo.find((member) => member.address === address)!
    },
    stepDown: () => stepDown(members),
    heal,
    stop,
    [Symbol.asyncDispose]: kill,
  }
}

/** Stops every server that was started on this folder, by whatever process. */
export async function stopEngines(data: string): Promise<void> {
  const stopping = existsSync(data) ? readdirSync(data).filter((name) => name.endsWith('.pid')) : []
  await Promise.all(
    stopping.map(async (file) => {
      const [pidFile, folder] = [join(resolve(data), file), join(resolve(data), file.slice(0, -'.pid'.length))]
      const pid = livingPid(pidFile, folder)
      if (pid !== undefined) {
        signalGroup(pid, 'SIGCONT')
        signalGroup(pid, 'SIGTERM')
        await waitUntil(`${file} has ended`, () => livingPid(pidFile, folder) === undefined, healsWithinMs)
      }
      rmSync(pidFile, { force: true })
    }),
  )
}

/** A set keeps the number of servers it was made with: Kafka's voters and MongoDB's members are written into its data. */
function refuseOtherShape(data: string, shape: Record<string, number>): void {
  const file = join(data, 'shape.json')
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>) : {}
  for (const [kind, nodes] of Object.entries(shape))
    if (nodes > 0 && before[kind] !== undefined && before[kind] !== nodes)
      throw new Error(`${data} holds a set of ${before[kind]} ${kind}: stop it with --wipe before making one of ${nodes}`)
  writeFileSync(file, JSON.stringify({ ...before, ...Object.fromEntries(Object.entries(shape).filter(([, nodes]) => nodes > 0)) }))
}

/** A watcher that this process feeds nothing: when its input ends, because this process did, it kills every server of the folder. */
function endWithThisProcess(data: string): void {
  const script = 'cat >/dev/null; for file in "$0"/*.pid; do [ -e "$file" ] && kill -s KILL -- "-$(cat "$file")"; done'
  const watcher = spawn('sh', ['-c', script, data], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  watcher.unref()
  ;(watcher.stdin as unknown as { unref(): void }).unref()
}
