import { constants, createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serviceAudiences } from '../audiences.ts'

/** A key pair as an issuer would hold it. */
export interface IssuerKey {
  kid: string
  privateKey: KeyObject
  publicKey: KeyObject
}

export function makeKey(kid: string): IssuerKey {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) }
}

export const jwksOf = (...keys: IssuerKey[]) => ({
  keys: keys.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' })),
})

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

const signatures: Record<string, (text: string, key: IssuerKey) => Buffer> = {
  RS256: (text, { privateKey }) => sign('RSA-SHA256', Buffer.from(text), privateKey),
  PS256: (text, { privateKey }) =>
    sign('sha256', Buffer.from(text), { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  HS256: (text, { publicKey }) =>
    createHmac('sha256', publicKey.export({ type: 'spki', format: 'pem' }))
      .update(text)
      .digest(),
  ES256: (text) =>
    sign('sha256', Buffer.from(text), { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, dsaEncoding: 'ieee-p1363' }),
  none: () => Buffer.alloc(0),
}

/** A token with any claims and header; by default signed as its header says, RS256, with the key it names. */
export function signToken(
  key: IssuerKey,
  claims: unknown,
  header: { alg?: string; kid?: string; typ?: string } = {},
  signedWith?: string,
): string {
  const full = { alg: 'RS256', typ: 'JWT', kid: key.kid, ...header }
  const text = `${encoded(full)}.${encoded(claims)}`
  return `${text}.${signatures[signedWith ?? full.alg]?.(text, key).toString('base64url')}`
}

export interface LocalIssuer {
  issuer: string
  jwksUrl: string
  /** How the key address answers from now on. */
  answer: RequestListener
  /** How often the key address was asked. */
  requests: number
  close(): Promise<void>
}

/** Only a key address, answering whatever a test wants. */
export async function startLocalIssuer(...keys: IssuerKey[]): Promise<LocalIssuer> {
  const server = createServer((request, response) => {
    local.requests++
    local.answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realms/samresa`
  const local: LocalIssuer = {
    issuer,
    jwksUrl: `${issuer}/protocol/openid-connect/certs`,
    answer: showing(jwksOf(...keys)),
    requests: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return local
}

export const showing =
  (body: unknown): RequestListener =>
  (_request, response) =>
    response.end(typeof body === 'string' ? body : JSON.stringify(body))

/** The claims of a valid token of an officer; a test changes one. */
export function officerClaims(issuer: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: issuer,
    sub: 'frida',
    typ: 'Bearer',
    aud: [...serviceAudiences],
    azp: 'portal',
    iat: now,
    exp: now + 300,
    jti: randomUUID(),
    realm_access: { roles: ['officer'] },
    agency: 'FK',
    ...changes,
  }
}
