import { directory as directoryContract } from '@samresa/contracts'
import { createDirectory, maxAgeOf } from '@samresa/directory'
import { createGrpcClient, type NetworkTarget } from '@samresa/grpc'
import { linkParticipants, type ParticipantRealm } from './participants.ts'

export interface Linking {
  /** Begins; resolves when the realm's users have been looked through once. */
  start(): Promise<void>
  close(): Promise<void>
}

export interface LinkingOptions {
  realm: ParticipantRealm
  /** Where journey answers other services. */
  journey: NetworkTarget
  everyMs: number
  /** Told when passes fail, once for each reason in a row; they go on. */
  onTrouble(text: string): void
}

/** Tells the realm which participant each of its users is, as soon as journey knows the personal number they signed in with. */
export function keepLinking({ realm, journey, everyMs, onTrouble }: LinkingOptions): Linking {
  const client = createGrpcClient(directoryContract.DirectoryService, journey)
  const people = createDirectory({ client, maxAgeMs: maxAgeOf(journey) })
  const participantOf = async (personalNumber: string) => (await people.find({ personalNumber }))?.participantId
  let trouble: string | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let current: Promise<void> = Promise.resolve()
  let closed = false

  const pass = async (): Promise<void> => {
    try {
      await linkParticipants(realm, participantOf)
      trouble = undefined
    } catch (error) {
      const { message } = error as Error
      if (message !== trouble) onTrouble(message)
      trouble = message
    }
  }
  const next = (): Promise<void> => {
    current = pass().then(() => {
      if (!closed) timer = setTimeout(() => void next(), everyMs)
    })
    return current
  }

  return {
    start: next,
    close: async () => {
      closed = true
      clearTimeout(timer)
      await current
      client.close()
    },
  }
}
