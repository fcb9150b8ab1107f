import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

const apiVersionsKey = 18
const deadlineMs = 3000
const largestAnswer = 64 * 1024

/**
 * What kafkajs 2.2.4 speaks, by API key: name, oldest and newest version. It takes the lower of its own newest and the broker's newest and
 * never looks at the broker's oldest, so a broker that has dropped a version would only cut the connection.
 */
const spoken: Record<number, readonly [name: string, oldest: number, newest: number]> = {
  0: ['Produce', 0, 7],
  1: ['Fetch', 0, 11],
  2: ['ListOffsets', 0, 3],
  3: ['Metadata', 0, 6],
  8: ['OffsetCommit', 0, 5],
  9: ['OffsetFetch', 1, 4],
  10: ['FindCoordinator', 0, 2],
  11: ['JoinGroup', 0, 5],
  12: ['Heartbeat', 0, 3],
  13: ['LeaveGroup', 0, 3],
  14: ['SyncGroup', 0, 3],
  18: ['ApiVersions', 0, 2],
}

/** Versions of each API that a broker answers, by API key. */
export type ApiRanges = Map<number, { oldest: number; newest: number }>

/** The APIs in which the broker and this client have no version in common. */
export function unspokenApis(ranges: ApiRanges): string[] {
  return Object.entries(spoken).flatMap(([key, [name, oldest, newest]]) => {
    const broker = ranges.get(Number(key))
    if (broker === undefined) return [`${name}: the broker has none, the client ${oldest} to ${newest}`]
    const chosen = Math.min(newest, broker.newest)
    if (chosen >= broker.oldest && chosen >= oldest) return []
    return [`${name}: the broker has ${broker.oldest} to ${broker.newest}, the client ${oldest} to ${newest}`]
  })
}

/** Asks a broker which versions it answers. Rejects when nobody, or something else than Kafka, answers in time. */
export async function askApiVersions(broker: string, ssl: boolean | ConnectionOptions): Promise<ApiRanges> {
  const [host, port] = splitAddress(broker)
  const socket =
    ssl === false ? connectPlain({ host, port }) : connectTls({ host, port, ...serverName(host), ...(ssl === true ? {} : ssl) })
  socket.setTimeout(deadlineMs, () => socket.destroy(new Error('The broker does not answer')))
  const deadline = setTimeout(() => socket.destroy(new Error('The broker does not answer')), deadlineMs)
  try {
    socket.write(apiVersionsRequest())
    return rangesFrom(await answerFrom(socket))
  } finally {
    clearTimeout(deadline)
    socket.destroy()
  }
}

/** TLS knows names only: a broker told by its address is checked by that. */
const serverName = (host: string): { servername?: string } => (isIP(host) === 0 ? { servername: host } : {})

function splitAddress(broker: string): [host: string, port: number] {
  const colon = broker.lastIndexOf(':')
  return [broker.slice(0, colon).replace(/^\[|\]$/g, ''), Number(broker.slice(colon + 1))]
}

/** Size, API key, version 0, correlation id 1, client id. Allowed before signing in. */
function apiVersionsRequest(): Buffer {
  const client = Buffer.from('samresa-probe')
  const body = Buffer.alloc(10 + client.length)
  body.writeInt16BE(apiVersionsKey, 0)
  body.writeInt32BE(1, 4)
  body.writeInt16BE(client.length, 8)
  client.copy(body, 10)
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  return Buffer.concat([size, body])
}

async function answerFrom(socket: Socket): Promise<Buffer> {
  let read: Buffer = Buffer.alloc(0)
  for await (const chunk of socket) {
    read = Buffer.concat([read, chunk as Buffer])
    if (read.length < 4) continue
    const size = read.readInt32BE(0)
    if (size < 10 || size > largestAnswer) break
    if (read.length >= 4 + size) return read.subarray(4, 4 + size)
  }
  throw new Error('What answers there is not a Kafka broker')
}

/** Correlation id, error code, then key, oldest and newest of each API. */
function rangesFrom(answer: Buffer): ApiRanges {
  const count = answer.readInt32BE(6)
  if (answer.readInt16BE(4) !== 0 || 10 + count * 6 > answer.length) throw new Error('What answers there is not a Kafka broker')
  const ranges: ApiRanges = new Map()
  for (let index = 0; index < count; index++) {
    const at = 10 + index * 6
    ranges.set(answer.readInt16BE(at), { oldest: answer.readInt16BE(at + 2), newest: answer.readInt16BE(at + 4) })
  }
  return ranges
}
