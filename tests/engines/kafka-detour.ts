import { createServer, connect as dial, type Socket } from 'node:net'
import { detourPort, innerDetourPort } from './kafka-nodes.ts'
import { type EngineNode, host } from './server-process.ts'

/** A request on its way to a broker: what it asks for and who sends it. */
export interface KafkaRequest {
  api: number
  client: string
}

export const produce = 0
export const fetchRecords = 1

export type Choice = (request: KafkaRequest) => boolean

/** Stands between the product and its brokers. */
export interface KafkaDetour {
  /** For KAFKA_BROKERS of the product. */
  brokers: string
  /** Keeps such requests from the brokers until `release`. Resolves with the first one that is held. */
  holdRequests(choice: Choice): Promise<KafkaRequest>
  /** Lets such requests through and keeps the answers until `release`. Resolves with the first one whose answer is held. */
  holdAnswers(choice: Choice): Promise<KafkaRequest>
  /** Lets answers to such requests through so much later. */
  delayAnswers(choice: Choice, ms: number): void
  /** Everything goes through again. What was held for connections that are gone meanwhile is lost, as on any network. */
  release(): void
  [Symbol.asyncDispose](): Promise<void>
}

interface Rule {
  at: 'request' | 'answer'
  choice: Choice
  /** undefined: until `release`. */
  delayMs?: number
  seen?: (request: KafkaRequest) => void
}

export async function openKafkaDetour(nodes: EngineNode[]): Promise<KafkaDetour> {
  const rules = new Set<Rule>()
  const held: (() => void)[] = []
  const sockets = new Set<Socket>()
  const ports = nodes.map(({ address }) => Number(address.split(':')[1]))

  /** Passes it on now, later or after `release`, as the rules say. */
  const pass = (at: Rule['at'], request: KafkaRequest | undefined, go: () => void) => {
    const rule = request && [...rules].find((each) => each.at === at && each.choice(request))
    if (rule === undefined) return go()
    if (rule.delayMs !== undefined) return void setTimeout(go, rule.delayMs)
    held.push(go)
    rule.seen?.(request!)
  }

  const servers = await Promise.all(
    ports.map(async (port) => {
      const server = createServer((product) => {
        const broker = dial({ host, port: innerDetourPort(port) })
        // Kafka answers the requests of one connection in their order.
        const unanswered: KafkaRequest[] = []
        inFrames(product, (frame) => {
          const request = requestOf(frame)
          const go = () => {
            unanswered.push(request)
            broker.write(frame)
          }
          pass('request', request, go)
        })
        inFrames(broker, (frame) => pass('answer', unanswered.shift(), () => product.write(frame)))
        for (const [one, other] of [
          [product, broker],
          [broker, product],
        ] as const) {
          sockets.add(one)
          one
            .on('error', () => other.destroy())
            .on('close', () => {
              sockets.delete(one)
              other.destroy()
            })
        }
      })
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(detourPort(port), host, resolve))
      return server
    }),
  )

  const hold = (at: Rule['at'], choice: Choice) => new Promise<KafkaRequest>((seen) => rules.add({ at, choice, seen }))
  const release = () => {
    rules.clear()
    for (const go of held.splice(0)) go()
  }
  return {
    brokers: ports.map((port) => `${host}:${detourPort(port)}`).join(','),
    holdRequests: (choice) => hold('request', choice),
    holdAnswers: (choice) => hold('answer', choice),
    delayAnswers: (choice, delayMs) => {
      rules.add({ at: 'answer', choice, delayMs })
    },
    release,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}

/** Kafka's frames: four bytes of length, then so many bytes. A frame is handed on with its length. */
function inFrames(socket: Socket, take: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0)
      take(rest.subarray(0, end))
      rest = rest.subarray(end)
    }
  })
}

/** The head of every request: length, api key, api version, correlation id, client id. */
function requestOf(frame: Buffer): KafkaRequest {
  const clientLength = Math.max(0, frame.readInt16BE(12))
  return { api: frame.readInt16BE(4), client: frame.toString('utf8', 14, 14 + clientLength) }
}
