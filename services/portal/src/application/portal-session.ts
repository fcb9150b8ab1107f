import type { Purpose, Role } from '@samresa/kernel'

/** Who is logged in, as the pages need to know it. */
export interface SignedIn {
  user: string
  role: Role
  agency?: string
  participantId?: string
}

/** What the issuer calls a login and its user, so that it can end it. */
export interface LoginIdentity {
  subject: string
  sid?: string
}

/** The login at the issuer. Tokens stay inside `Tokens`; everything rejects with RejectionError, `unauthenticated` when the session has ended there. */
export interface IssuerLogin<Tokens, Transaction> {
  loginUrl(): Promise<{ url: string; transaction: Transaction }>
  callback(url: string, transaction: Transaction): Promise<Tokens>
  accessToken(tokens: Tokens): Promise<string>
  logoutUrl(tokens: Tokens): Promise<string>
  /** Checks a logout token; says whose sessions end. */
  backchannel(logoutToken: string): Promise<{ sid?: string; sub?: string }>
}

/** Why this role reads through the pages; a participant reads their own and gives no reason. */
export function purposeOf(role: Role): Purpose | undefined {
  if (role === 'participant') return undefined
  return role === 'auditor' ? 'audit' : 'planning'
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/**
 * Who an access token is about. It is read, not verified: it came straight from the issuer, and every service verifies it again.
 * Undefined when it names no known role.
 */
export function signedInFrom(accessToken: string, knownRoles: readonly Role[]): SignedIn | undefined {
  let claims: Record<string, unknown>
  try {
    claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
  const held = (claims['realm_access'] as { roles?: unknown } | undefined)?.roles
  const role = Array.isArray(held) ? knownRoles.find((known) => held.includes(known)) : undefined
  const user = text(claims['preferred_username']) ?? text(claims['sub'])
  if (role === undefined || user === undefined) return undefined
  const agency = text(claims['agency'])
  const participantId = text(claims['participantId'])
  return { user, role, ...(agency === undefined ? {} : { agency }), ...(participantId === undefined ? {} : { participantId }) }
}
