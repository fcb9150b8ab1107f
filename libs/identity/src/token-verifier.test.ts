import { RejectionError } from '@samresa/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKeySource, type KeySource } from './key-source.ts'
import { badToken } from './refusals.ts'
import { jwksOf, type LocalIssuer, makeKey, officerClaims, showing, signToken, startLocalIssuer } from './testing/local-issuer.ts'
import { createTokenVerifier } from './token-verifier.ts'

const key = makeKey('k1')
const stranger = makeKey('k1')
let local: LocalIssuer

beforeAll(async () => {
  local = await startLocalIssuer(key)
})
afterAll(() => local.close())

const verifierOf = (options: { audience?: string; cooldownMs?: number } = {}) =>
  createTokenVerifier({
    issuer: local.issuer,
    audience: options.audience ?? 'planning-api',
    azps: ['portal', 'af-system', 'journey-service'],
    keys: createKeySource({ url: local.jwksUrl, ...(options.cooldownMs !== undefined && { cooldownMs: options.cooldownMs }) }),
  })

const kindOf = async (token: string, verifier = verifierOf()): Promise<string> => {
  try {
    await verifier.verify(token)
    return 'accepted'
  } catch (error) {
    return error instanceof RejectionError ? error.rejection.kind : String(error)
  }
}

const now = () => Math.floor(Date.now() / 1000)
const claims = (changes: Record<string, unknown> = {}) => officerClaims(local.issuer, changes)
const good = (changes: Record<string, unknown> = {}) => signToken(key, claims(changes))

test('a valid token says who acts and until when', async () => {
  const exp = now() + 120
  expect(await verifierOf().verify(good({ exp }))).toEqual({
    actor: { user: 'frida', role: 'officer', agency: 'FK' },
    expiresAt: exp * 1000,
  })
})

test('a token with the header of RFC 9068 and a single audience is taken', async () => {
  expect(await kindOf(signToken(key, claims({ aud: 'planning-api' }), { typ: 'at+jwt' }))).toBe('accepted')
})

test.each<[string, () => string]>([
  ['another service’s audience', () => good({ aud: ['journey-api'] })],
  ['no audience', () => good({ aud: undefined })],
  ['expiry a second ago', () => good({ exp: now() - 1 })],
  ['no expiry', () => good({ exp: undefined })],
  ['an expiry that is no number', () => good({ exp: '9999999999' })],
  ['no time of issue', () => good({ iat: undefined })],
  ['issue an hour ahead', () => good({ iat: now() + 3600 })],
  ['validity from an hour ahead', () => good({ nbf: now() + 3600 })],
  ['a client that is not listed', () => good({ azp: 'admin-cli' })],
  ['no client', () => good({ azp: undefined })],
  ['no subject', () => good({ sub: undefined })],
  ['another issuer', () => good({ iss: 'http://127.0.0.1:1/realms/samresa' })],
  ['the issuer with a slash at its end', () => good({ iss: `${local.issuer}/` })],
  ['the type of an ID token', () => good({ typ: 'ID' })],
  ['the type of a logout token', () => good({ typ: 'Logout' })],
  ['no type', () => good({ typ: undefined })],
  ['a stranger’s signature under our key name', () => signToken(stranger, claims())],
  ['an unknown key name', () => signToken({ ...key, kid: 'k9' }, claims())],
  ['ES256', () => signToken(key, claims(), { alg: 'ES256' })],
  ['PS256', () => signToken(key, claims(), { alg: 'PS256' })],
  ['HS256 with the public key', () => signToken(key, claims(), { alg: 'HS256' })],
  ['our key’s RS256 signature under the name of another algorithm', () => signToken(key, claims(), { alg: 'RS512' }, 'RS256')],
  ['no algorithm', () => signToken(key, claims(), { alg: 'none' })],
  ['a fourth part', () => `${good()}.e30`],
  ['a space at its end', () => `${good()} `],
  ['junk inside the signature', () => good().replace(/.{5}$/, (end) => `!${end}`)],
  [
    'another last character that decodes alike',
    () => good().replace(/.$/, (last) => (last === 'A' ? 'B' : last === 'Q' ? 'R' : last === 'g' ? 'h' : 'x')),
  ],
  [
    'a changed payload',
    () => good().replace(/\.[^.]+\./, `.${Buffer.from(JSON.stringify(claims({ agency: 'AF' }))).toString('base64url')}.`),
  ],
  ['the payload null', () => signToken(key, null)],
  ['no text at all', () => ''],
  ['an agency that nobody knows', () => good({ agency: 'XX' })],
  ['an officer without an agency', () => good({ agency: undefined })],
  ['a caseworker of another agency than AME', () => good({ realm_access: { roles: ['caseworker'] }, agency: 'FK' })],
  ['an officer of AME', () => good({ agency: 'AME' })],
  ['the role of a service, got by logging in at the portal', () => good({ realm_access: { roles: ['service'] } })],
  ['the role of a service, got by the machine of an agency', () => good({ realm_access: { roles: ['service'] }, azp: 'af-system' })],
  ['two known roles', () => good({ realm_access: { roles: ['officer', 'auditor'] } })],
  ['no known role', () => good({ realm_access: { roles: ['offline_access'] } })],
  ['no roles', () => good({ realm_access: undefined })],
  ['a user name that is no text', () => good({ user: 7 })],
  ['a user name without a letter', () => good({ user: '' })],
  ['a user name and no subject', () => good({ user: 'frida', sub: undefined })],
  ['a participant id that is no text', () => good({ realm_access: { roles: ['participant'] }, participantId: 7 })],
])('a token with %s is refused as unauthenticated', async (_case, make) => {
  expect(await kindOf(make())).toBe('unauthenticated')
})

test.each([
  ['issue', { iat: now() + 20 }],
  ['validity', { nbf: now() + 20 }],
])('a clock ahead by less than half a minute is forgiven for %s', async (_case, changes) => {
  expect(await kindOf(good(changes))).toBe('accepted')
})

test('the name that the realm gives a user counts before the subject', async () => {
  expect((await verifierOf().verify(good({ sub: '7b1c', user: 'frida' }))).actor.user).toBe('frida')
})

test('a participant may be nobody in the house yet', async () => {
  const token = good({ realm_access: { roles: ['participant', 'offline_access'] }, sub: 'yonas', agency: undefined })
  expect((await verifierOf().verify(token)).actor).toEqual({ user: 'yonas', role: 'participant' })
})

test('an agency claim gives an auditor no agency', async () => {
  const token = good({ realm_access: { roles: ['auditor'] }, sub: 'auditor' })
  expect((await verifierOf().verify(token)).actor).toEqual({ user: 'auditor', role: 'auditor' })
})

test('one of our own services is taken for one', async () => {
  const token = good({ realm_access: { roles: ['service'] }, azp: 'journey-service', user: 'service:journey', agency: undefined })
  expect((await verifierOf().verify(token)).actor).toEqual({ user: 'service:journey', role: 'service' })
})

test('the caller is not told which check failed', async () => {
  const messageOf = (token: string) =>
    verifierOf()
      .verify(token)
      .catch((error: Error) => error.message)
  expect(await messageOf(good({ azp: 'admin-cli' }))).toBe(await messageOf('nonsense'))
})

test('two hundred first requests ask for the keys once', async () => {
  const verifier = verifierOf()
  const token = good()
  const before = local.requests
  await Promise.all(Array.from({ length: 200 }, () => verifier.verify(token)))
  expect(local.requests - before).toBe(1)
})

test('without any keys a token is not judged', async () => {
  local.answer = (_request, response) => response.writeHead(500).end()
  expect(await kindOf(good())).toBe('unavailable')
  local.answer = showing(jwksOf(key))
})

test('a token of a rotated key is taken as soon as the issuer shows the key', async () => {
  const verifier = verifierOf({ cooldownMs: 0 })
  const rotated = makeKey('k2')
  expect(await kindOf(signToken(rotated, claims()), verifier)).toBe('unauthenticated')
  local.answer = showing(jwksOf(key, rotated))
  expect(await kindOf(signToken(rotated, claims()), verifier)).toBe('accepted')
  local.answer = showing(jwksOf(key))
})

test('a token whose check overlaps a change of keys is checked again', async () => {
  let inForce = 'keys-1'
  const keys: KeySource = {
    current: () => inForce,
    get: async () => {
      if (inForce === 'keys-2') throw badToken('unknown key')
      inForce = 'keys-2'
      return key.publicKey
    },
  }
  const verifier = createTokenVerifier({ issuer: local.issuer, audience: 'planning-api', azps: ['portal'], keys })
  const token = good()
  await kindOf(token, verifier)
  expect(await kindOf(token, verifier)).toBe('unauthenticated')
})
