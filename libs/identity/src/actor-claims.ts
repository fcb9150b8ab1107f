import { type Actor, type Agency, agencies, type Role, roles } from '@samresa/kernel'
import { badToken } from './refusals.ts'

type Claims = Readonly<Record<string, unknown>>

function roleIn(claims: Claims): Role {
  const held = (claims['realm_access'] as { roles?: unknown } | undefined)?.roles
  const known = Array.isArray(held) ? roles.filter((role) => held.includes(role)) : []
  if (known.length !== 1) throw badToken(`${known.length} known roles instead of one`)
  return known[0] as Role
}

function agencyIn(claims: Claims, role: Role): Agency {
  const agency = agencies.find((each) => each === claims['agency'])
  if (agency === undefined) throw badToken('no known agency')
  // A caseworker is AME's staff, an officer another agency's.
  const fits = role === 'caseworker' ? agency === 'AME' : role !== 'officer' || agency !== 'AME'
  if (!fits) throw badToken('role and agency do not go together')
  return agency
}

/** The realm's own name for a user is worth more than the subject: that one is made anew when a realm is, and what was written would name nobody. */
function userIn({ sub, user = sub }: Claims): string {
  if (typeof sub !== 'string' || sub === '') throw badToken('no subject')
  if (typeof user !== 'string' || user === '') throw badToken('a user name that is none')
  return user
}

/** Who a token's claims say is acting. Throws RejectionError `unauthenticated` unless they say exactly one thing that the house knows. */
export function actorFromClaims(claims: Claims): Actor {
  const user = userIn(claims)
  const role = roleIn(claims)
  switch (role) {
    case 'caseworker':
    case 'officer':
    case 'agency-system':
      return { user, role, agency: agencyIn(claims, role) }
    case 'participant': {
      const participantId = claims['participantId']
      if (participantId === undefined) return { user, role }
      if (typeof participantId !== 'string' || participantId === '') throw badToken('a participant id that is none')
      return { user, role, participantId }
    }
    case 'auditor':
    case 'operator':
    case 'scenario':
    case 'service':
      return { user, role }
  }
}
