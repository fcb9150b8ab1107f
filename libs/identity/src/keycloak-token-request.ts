import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientIds } from './audiences.ts'
import { demoUserNamed, demoUsers } from './embedded-issuer/demo-users.ts'
import type { TokenAnswer } from './embedded-issuer/token-request.ts'
import { issuerAddress } from './issuer-address.ts'

/** A realm set up for a demonstration. */
export interface DemoRealm {
  /** Keycloak's base URL. */
  url: string
  realm: string
  /** The folder with the secrets of its clients and the passwords of its demo users. */
  secrets: string
}

/** A secret has a file of its own, mode 0600. */
export const secretFile = (folder: string, name: string): string => join(folder, `${name}.secret`)

/** The name of a demo user's password among the secrets. */
export const passwordName = (user: string): string => `user-${user}`

const isMachine = (user: string): boolean => (clientIds.systems as readonly string[]).includes(user)

/** Asks Keycloak for an access token of a demo user. How long it lasts is the realm's to say: an hour. */
export async function requestKeycloakToken({ url, realm, secrets }: DemoRealm, user: string): Promise<TokenAnswer> {
  if (demoUserNamed(user) === undefined) return { outcome: 'unknown-user', users: Object.keys(demoUsers) }
  const secretOf = (name: string) => readFileSync(secretFile(secrets, name), 'utf8').trim()
  const form = isMachine(user)
    ? { grant_type: 'client_credentials', client_id: user, client_secret: secretOf(user) }
    : {
        grant_type: 'password',
        client_id: clientIds.tokenCommand,
        client_secret: secretOf(clientIds.tokenCommand),
        username: user,
        password: secretOf(passwordName(user)),
      }
  try {
    const response = await fetch(issuerAddress(`${url}/realms/${encodeURIComponent(realm)}`).tokenUrl, {
      method: 'POST',
      body: new URLSearchParams(form),
      signal: AbortSignal.timeout(10_000),
    })
    if (response.status !== 200) return { outcome: 'unreachable' }
    return { outcome: 'token', token: ((await response.json()) as { access_token: string }).access_token }
  } catch {
    return { outcome: 'unreachable' }
  }
}
