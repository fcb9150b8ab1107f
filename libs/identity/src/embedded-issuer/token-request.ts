import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The file whose reader may have tokens made: a JSON string, mode 0600. */
export const tokenSecretFile = (dataDir: string): string => join(dataDir, 'identity', 'token-secret.json')

/** Below the issuer's URL. */
export const tokenRequestPath = '/demo/token'

export interface TokenRequest {
  user: string
  minutes: number
}

/** `unknown-user` brings the names of those there are; `unreachable` means that nothing answers as the issuer there. */
export type TokenAnswer = { outcome: 'token'; token: string } | { outcome: 'unknown-user'; users: string[] } | { outcome: 'unreachable' }

/** Asks a running embedded issuer for an access token of a demo user, with the secret in its data folder. */
export async function requestToken(issuer: string, dataDir: string, request: TokenRequest): Promise<TokenAnswer> {
  const secret: string = JSON.parse(readFileSync(tokenSecretFile(dataDir), 'utf8'))
  let response: Response
  try {
    response = await fetch(`${issuer}${tokenRequestPath}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(5_000),
    })
  } catch {
    return { outcome: 'unreachable' }
  }
  if (response.status === 404) return { outcome: 'unknown-user', users: ((await response.json()) as { users: string[] }).users }
  if (response.status !== 200) return { outcome: 'unreachable' }
  return { outcome: 'token', token: ((await response.json()) as { token: string }).token }
}
