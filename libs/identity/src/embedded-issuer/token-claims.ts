import { serviceAudiences } from '../audiences.ts'
import { demoUserNamed } from './demo-users.ts'

/** Finds the participant of a personal number (12 digits); undefined while nobody with it is enrolled. */
export type ParticipantOf = (personalNumber: string) => Promise<string | undefined>

/** The claims that a Keycloak realm would put into a user's access token, besides those of every token. Looked up anew for each token. */
export async function claimsOf(name: string, participantOf: ParticipantOf): Promise<Record<string, unknown>> {
  const user = demoUserNamed(name)
  if (user === undefined) throw new Error('no demo user of that name')
  const participantId = user.personalNumber === undefined ? undefined : await participantOf(user.personalNumber)
  return {
    typ: 'Bearer',
    realm_access: { roles: [user.role] },
    ...(user.agency !== undefined && { agency: user.agency }),
    ...(participantId !== undefined && { participantId }),
  }
}

export const allAudiences = (): string[] => [...serviceAudiences]
