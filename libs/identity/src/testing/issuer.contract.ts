import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { RejectionError } from '@samresa/kernel'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { demoAzps } from '../audiences.ts'
import { createKeySource } from '../key-source.ts'
import { createTokenVerifier, type TokenVerifierOptions } from '../token-verifier.ts'
import { type IssuerKey, makeKey, signToken } from './local-issuer.ts'
import { type IssuerWithPages, logIn, pressLogin, relyingPartyOf } from './portal-login.ts'
import type { ScriptedBrowser, Visit } from './scripted-browser.ts'

/** An issuer that runs, with the users of the demonstration. */
export interface IssuerUnderTest extends IssuerWithPages {
  jwksUrl: string
  /** What was posted to the portal's back-channel address. */
  logoutTokens: string[]
  /** An access token without a browser. */
  tokenOf(user: string): Promise<string>
  /** One that ends within two seconds. */
  shortToken(): Promise<string>
  /** Does what a person does on the page that a logout leads to, if there is one. */
  leave(browser: ScriptedBrowser, page: Visit): Promise<Visit>
  close(): Promise<void>
}

/** No issuer can be made to say these: `token-verifier.test.ts` shows them with tokens of its own making. */
const ofOurOwnMakingOnly = [
  'no expiry',
  'an expiry that is no number',
  'no time of issue',
  'issue an hour ahead',
  'validity from an hour ahead',
  'no client',
  'no type',
  'the payload null',
  'no subject',
]

const partsOf = (token: string) => token.split('.') as [string, string, string]
const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const refused = (kind: string) => ({ rejection: { kind } })

type Forgery = (token: string, publicKey: IssuerKey) => string

/** What a stranger can make of a good token. */
const forgeries: [string, Forgery][] = [
  ['a fourth part', (token) => `${token}.e30`],
  ['a space at its end', (token) => `${token} `],
  ['junk inside the signature', (token) => token.replace(/.{5}$/, (end) => `!${end}`)],
  [
    'a changed payload',
    (token) => {
      const [header, payload, signature] = partsOf(token)
      return [header, encoded({ ...decoded(payload), agency: 'AF' }), signature].join('.')
    },
  ],
  [
    'another issuer in a changed payload',
    (token) => {
      const [header, payload, signature] = partsOf(token)
      return [header, encoded({ ...decoded(payload), iss: 'http://127.0.0.1:1/realms/samresa' }), signature].join('.')
    },
  ],
  [
    'the name of another algorithm over a true signature',
    (token) => {
      const [header, payload, signature] = partsOf(token)
      return [encoded({ ...decoded(header), alg: 'RS512' }), payload, signature].join('.')
    },
  ],
  ['a stranger’s signature under the issuer’s key name', (token, { kid }) => signToken(makeKey(kid), decoded(partsOf(token)[1]))],
  ['an unknown key name', (token) => signToken(makeKey('nobodys'), decoded(partsOf(token)[1]))],
  ['a stranger’s PS256', (token, { kid }) => signToken(makeKey(kid), decoded(partsOf(token)[1]), { alg: 'PS256' })],
  ['a stranger’s ES256', (token, { kid }) => signToken(makeKey(kid), decoded(partsOf(token)[1]), { alg: 'ES256' })],
  ['HS256 with the public key', (token, key) => signToken(key, decoded(partsOf(token)[1]), { alg: 'HS256' })],
  ['no algorithm', (token, key) => signToken(key, decoded(partsOf(token)[1]), { alg: 'none' })],
  ['nothing but its signature', (token) => partsOf(token)[2]],
  ['no text at all', () => ''],
]

/** What every issuer must hold: which tokens services take, and how people log in and out. */
export function testIssuer(name: string, start: () => Promise<IssuerUnderTest>): void {
  describe(name, () => {
    let instance: IssuerUnderTest

    beforeAll(async () => {
      instance = await start()
    })
    afterAll(() => instance?.close())

    const verifierOf = (changes: Partial<TokenVerifierOptions> = {}) =>
      createTokenVerifier({
        issuer: instance.issuer,
        audience: 'planning-api',
        azps: demoAzps,
        keys: createKeySource({ url: instance.jwksUrl }),
        ...changes,
      })

    const kindOf = (token: string, changes?: Partial<TokenVerifierOptions>): Promise<string> =>
      verifierOf(changes)
        .verify(token)
        .then(
          () => 'accepted',
          (error: unknown) => (error instanceof RejectionError ? error.rejection.kind : String(error)),
        )
    const actorOf = async (token: string) => (await verifierOf().verify(token)).actor

    /** The issuer's public key of a token, without the private part that nobody outside has. */
    const publicKeyOf = async (token: string): Promise<IssuerKey> => {
      const kid = String(decoded(partsOf(token)[0])['kid'])
      const { keys } = (await (await fetch(instance.jwksUrl)).json()) as { keys: { kid: string; n: string; e: string }[] }
      const { n, e } = keys.find((key) => key.kid === kid) ?? { n: '', e: '' }
      const publicKey = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' })
      return { kid, publicKey, privateKey: publicKey }
    }

    test('a user’s token says who acts', async () => {
      expect(await actorOf(await instance.tokenOf('frida'))).toEqual({ user: 'frida', role: 'officer', agency: 'FK' })
      expect(await actorOf(await instance.tokenOf('anna'))).toEqual({ user: 'anna', role: 'caseworker', agency: 'AME' })
      expect(await actorOf(await instance.tokenOf('auditor'))).toEqual({ user: 'auditor', role: 'auditor' })
    })

    test('a machine’s token says whose it is', async () => {
      expect(await actorOf(await instance.tokenOf('af-system'))).toEqual({ user: 'af-system', role: 'agency-system', agency: 'AF' })
    })

    test.each(forgeries)('a token with %s is refused', async (_case, forge) => {
      const token = await instance.tokenOf('frida')
      expect(await kindOf(forge(token, await publicKeyOf(token)))).toBe('unauthenticated')
    })

    test('every other spelling of a signature’s last letter is refused', async () => {
      const token = await instance.tokenOf('frida')
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
      const kinds = await Promise.all([...letters].map((letter) => kindOf(`${token.slice(0, -1)}${letter}`)))
      expect(kinds.filter((kind) => kind === 'accepted')).toHaveLength(1)
    })

    test('a token for another service, of another client or of another issuer is refused', async () => {
      const token = await instance.tokenOf('frida')
      expect(await kindOf(token)).toBe('accepted')
      expect(await kindOf(token, { audience: 'payroll-api' })).toBe('unauthenticated')
      expect(await kindOf(token, { azps: ['portal'] })).toBe('unauthenticated')
      expect(await kindOf(token, { issuer: `${instance.issuer}/` })).toBe('unauthenticated')
      expect(await kindOf(token, { issuer: instance.issuer.replace('127.0.0.1', 'localhost') })).toBe('unauthenticated')
    })

    test('an expired token is refused', async () => {
      const token = await instance.shortToken()
      await vi.waitUntil(async () => (await kindOf(token)) === 'unauthenticated', { timeout: 5_000, interval: 100 })
      const { exp } = decoded(partsOf(token)[1])
      expect(Date.now() / 1000).toBeGreaterThanOrEqual(Number(exp))
    })

    test('the other tokens of a login are no access tokens', async () => {
      const { session } = await logIn(instance, relyingPartyOf(instance), 'anna')
      expect(await kindOf(session.accessToken)).toBe('accepted')
      expect(await kindOf(session.idToken)).toBe('unauthenticated')
      expect(await kindOf(session.refreshToken ?? '')).toBe('unauthenticated')
    })

    test('what no issuer can be made to say is shown by tokens of our own making', () => {
      const shown = readFileSync(new URL('../token-verifier.test.ts', import.meta.url), 'utf8')
      expect(ofOurOwnMakingOnly.filter((each) => !shown.includes(`'${each}'`))).toEqual([])
    })

    test('a login ends with a session of that user, good for five minutes', async () => {
      const { session } = await logIn(instance, relyingPartyOf(instance), 'anna')
      expect(session).toMatchObject({ sid: expect.any(String), refreshToken: expect.any(String) })
      expect(Math.abs(session.expiresAt - Date.now() - 300_000)).toBeLessThan(10_000)
      expect((await actorOf(session.accessToken)).user).toBe('anna')
    })

    test('the answer to one login is worth nothing to another', async () => {
      const party = relyingPartyOf(instance)
      const [mine, other] = await Promise.all([pressLogin(instance, party, 'anna'), pressLogin(instance, party, 'eva')])
      for (const wrong of [
        other.transaction,
        { ...mine.transaction, state: other.transaction.state },
        { ...mine.transaction, codeVerifier: other.transaction.codeVerifier },
      ]) {
        await expect(party.callback(mine.answer, wrong)).rejects.toMatchObject(refused('unauthenticated'))
      }
    })

    test('an answer with another nonce is refused', async () => {
      const party = relyingPartyOf(instance)
      const { answer, transaction } = await pressLogin(instance, party, 'anna')
      await expect(party.callback(answer, { ...transaction, nonce: 'another' })).rejects.toMatchObject(refused('unauthenticated'))
    })

    test('a code is worth one login', async () => {
      const party = relyingPartyOf(instance)
      const { answer, transaction } = await pressLogin(instance, party, 'anna')
      await party.callback(answer, transaction)
      await expect(party.callback(answer, transaction)).rejects.toMatchObject(refused('unauthenticated'))
    })

    test('a login without a code challenge comes to nothing', async () => {
      const party = relyingPartyOf(instance)
      const url = new URL((await party.loginUrl()).url)
      url.searchParams.delete('code_challenge')
      url.searchParams.delete('code_challenge_method')
      const { browser } = await pressLogin(instance, party, 'anna')
      expect(new URL((await browser.go(url.href)).url).searchParams.get('error')).toBe('invalid_request')
    })

    test('a fresh token is used as it is', async () => {
      const party = relyingPartyOf(instance)
      const { session } = await logIn(instance, party, 'anna')
      const { accessToken } = session
      expect(await party.accessToken(session)).toBe(accessToken)
    })

    test('twenty who ask at the same time cause one refresh, and the login goes on', async () => {
      const party = relyingPartyOf(instance)
      const { session } = await logIn(instance, party, 'anna')
      const { accessToken } = session
      for (let round = 0; round < 2; round++) {
        session.expiresAt = Date.now() + 29_000
        const tokens = await Promise.all(Array.from({ length: 20 }, () => party.accessToken(session)))
        expect(new Set(tokens).size).toBe(1)
        expect(tokens[0]).not.toBe(accessToken)
      }
    })

    test('a refresh token used twice ends the login', async () => {
      const party = relyingPartyOf(instance)
      const { session } = await logIn(instance, party, 'anna')
      const copy = { ...session, expiresAt: 0 }
      session.expiresAt = 0
      await party.accessToken(session)
      await expect(party.accessToken(copy)).rejects.toMatchObject({ rejection: { kind: 'unauthenticated', code: 'SESSION_ENDED' } })
      session.expiresAt = 0
      await expect(party.accessToken(session)).rejects.toMatchObject({ rejection: { code: 'SESSION_ENDED' } })
    })

    test('a logout ends the login at the issuer and tells the portal whose', async () => {
      const party = relyingPartyOf(instance)
      const { browser, session } = await logIn(instance, party, 'eva')
      const end = await instance.leave(browser, await browser.go(await party.logoutUrl(session)))
      expect(new URL(end.url).origin).toBe(instance.portalUrl)
      const tokenOfLogin = () => instance.logoutTokens.find((token) => decoded(partsOf(token)[1])['sid'] === session.sid)
      await vi.waitUntil(() => tokenOfLogin() !== undefined, { timeout: 5_000 })
      const logoutToken = tokenOfLogin() ?? ''
      expect(await kindOf(logoutToken)).toBe('unauthenticated')
      expect(await party.backchannel(logoutToken)).toEqual({ sid: session.sid, sub: session.subject })
      await expect(party.backchannel(logoutToken)).rejects.toMatchObject(refused('unauthenticated'))
      session.expiresAt = 0
      await expect(party.accessToken(session)).rejects.toMatchObject({ rejection: { code: 'SESSION_ENDED' } })
      const again = await browser.go((await party.loginUrl()).url)
      expect(new URL(again.url).origin).toBe(new URL(instance.issuer).origin)
    })

    test('a browser that is logged in at the issuer is not asked again, and one logout ends both logins', async () => {
      const party = relyingPartyOf(instance)
      const { browser, session } = await logIn(instance, party, 'anna')
      const { url, transaction } = await party.loginUrl()
      const { url: answer } = await browser.go(url)
      const second = await party.callback(answer, transaction)
      expect([second.subject, second.sid]).toEqual([session.subject, session.sid])
      await instance.leave(browser, await browser.go(await party.logoutUrl(session)))
      second.expiresAt = 0
      await expect(party.accessToken(second)).rejects.toMatchObject({ rejection: { code: 'SESSION_ENDED' } })
    })
  })
}
