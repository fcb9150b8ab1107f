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

const setParticipant = (api: Api, user: ParticipantUser, participantId: string): Promise<void> =>
  api.put(`/users/${user.id}`, { username: user.username, attributes: { ...user.attributes, participantId: [participantId] } })

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
 * only administrators see it, and no token carries it. Answers how many were linked.
 */
export async function linkParticipants(
  { keycloak, admin, realm }: ParticipantRealm,
  participantOf: (personalNumber: string) => Promise<string | undefined>,
): Promise<number> {
  const api = createAdminApi(keycloak, admin, realm)
  let linked = 0
  for (const user of await peopleWithNumber(api)) {
    const [personalNumber] = user.attributes?.['personalNumber'] ?? []
    if (personalNumber === undefined || user.attributes?.['participantId'] !== undefined) continue
    const participantId = await participantOf(personalNumber)
    if (participantId === undefined) continue
    await setParticipant(api, user, participantId)
    linked++
  }
  return linked
}
