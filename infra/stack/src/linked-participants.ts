import { directory as directoryContract } from '@samresa/contracts'
import { createDirectory, maxAgeOf } from '@samresa/directory'
import { createGrpcClient, type NetworkTarget } from '@samresa/grpc'
import { linkParticipants, type ParticipantRealm } from '@samresa/realm'

export interface Linking {
  /** One more pass over the realm's users, after the one under way. */
  now(): Promise<void>
  close(): Promise<void>
}

const everyMs = 1_000

/** Tells the realm which participant each of its users is, as soon as journey knows the personal number they signed in with. */
export function keepLinking(realm: ParticipantRealm, journey: NetworkTarget, say: (text: string) => void): Linking {
  const client = createGrpcClient(directoryContract.DirectoryService, journey)
  const people = createDirectory({ client, maxAgeMs: maxAgeOf(journey) })
  const participantOf = async (personalNumber: string) => (await people.find({ personalNumber }))?.participantId
  let closed = false
  let failing = false
  let last: Promise<void> = Promise.resolve()

  const pass = () => {
    last = last.then(async () => {
      if (closed) return
      try {
        await linkParticipants(realm, participantOf)
        failing = false
      } catch (error) {
        if (!failing) say(`the realm's users cannot be linked to participants at the moment, trying on: ${(error as Error).message}`)
        failing = true
      }
    })
    return last
  }
  const timer = setInterval(() => void pass(), everyMs)

  return {
    now: pass,
    close: async () => {
      closed = true
      clearInterval(timer)
      await last
      client.close()
    },
  }
}
