import { RejectionError } from '@samresa/kernel'
import { type Admin, createAdminApi } from './admin-api.ts'

export interface ParticipantRealm {
  /** Keycloak's base URL, as this process reaches it. */
  keycloak: string
  admin: Admin
  realm: string
}

interface ParticipantUser {
  id: string
  username: string
  email?: string
  firstName?: string
  lastName?: string
  attributes?: Record<string, string[]>
}

const pageSize = 100

type Api = ReturnType<typeof createAdminApi>

/** Everyone who has come with a personal number. Keycloak cannot be asked for those without a participant. */
async function peopleWithNumber(api: Api): Promise<ParticipantUser[]> {
  const people: ParticipantUser[] = []
  for (let first = 0; ; first += pageSize) {
    const page = await api.get<ParticipantUser[]>(`/users?briefRepresentation=false&first=${first}&max=${pageSize}`)
    people.push(...page.filter(({ attributes }) => attributes?.['personalNumber'] !== undefined))
    if (page.length < pageSize) return people
  }
}

/** Keycloak takes what is left out beside attributes (name, e-mail) for deleted; what has changed since the user was found stays as it is now. */
async function setParticipant(api: Api, { id }: ParticipantUser, participantId: string): Promise<void> {
  const { username, email, firstName, lastName, attributes } = await api.get<ParticipantUser>(`/users/${id}`)
  await api.put(`/users/${id}`, { username, email, firstName, lastName, attributes: { ...attributes, participantId: [participantId] } })
}

const isOutage = (error: unknown) => error instanceof RejectionError && error.rejection.kind === 'unavailable'

/** Says which participant each of these users is. Their next token carries it. Throws for a user that the realm does not have. */
export async function setParticipants({ keycloak, admin, realm }: ParticipantRealm, participants: Record<string, string>): Promise<void> {
  const api = createAdminApi(keycloak, admin, realm)
  for (const [name, participantId] of Object.entries(participants)) {
    const [user] = await api.get<ParticipantUser[]>(`/users?username=${encodeURIComponent(name)}&exact=true`)
    if (user === undefined) throw new Error(`the realm has no user ${name}`)
    await setParticipant(api, user, participantId)
  }
}

/**
 * One pass over the users that have a personal number and are nobody's yet. The personal number came with their login from the eID broker,
 * only administrators see it, and no token carries it. Answers how many were linked. A user who cannot be linked (a number that is none, say)
 * holds up nobody else: rejects at the end, naming such users by Keycloak's ids.
 */
export async function linkParticipants(
  { keycloak, admin, realm }: ParticipantRealm,
  participantOf: (personalNumber: string) => Promise<string | undefined>,
): Promise<number> {
  const api = createAdminApi(keycloak, admin, realm)
  const failures: string[] = []
  let linked = 0
  for (const user of await peopleWithNumber(api)) {
    const [personalNumber] = user.attributes?.['personalNumber'] ?? []
    if (personalNumber === undefined || user.attributes?.['participantId'] !== undefined) continue
    try {
      const participantId = await participantOf(personalNumber)
      if (participantId === undefined) continue
      await setParticipant(api, user, participantId)
      linked++
    } catch (error) {
      if (isOutage(error)) throw error
      failures.push(`user ${user.id}: ${(error as Error).message}`)
    }
  }
  if (failures.length > 0) throw new Error(failures.join('; '))
  return linked
}
