import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoAzps, type ServiceAudience } from '../audiences.ts'
import { type EmbeddedIssuer, startEmbeddedIssuer } from '../embedded-issuer/embedded-issuer.ts'
import { createKeySource } from '../key-source.ts'
import { createRelyingParty, type LoginTransaction } from '../relying-party/relying-party.ts'
import { createTokenVerifier } from '../token-verifier.ts'
import { createScriptedBrowser } from './scripted-browser.ts'

export const yonasId = 'b6a1f0de-0000-4000-8000-000000000002'

/** An embedded issuer with a portal's back-channel address and a place for its data. */
export async function startDemoInstance() {
  const dataDir = mkdtempSync(join(tmpdir(), 'samresa-identity-'))
  const logoutTokens: string[] = []
  const portal = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    logoutTokens.push(new URLSearchParams(body).get('logout_token') ?? '')
    response.end()
  })
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve))
  const portalUrl = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`
  const enrolled = new Map([['197809032399', yonasId]])
  const errors: Error[] = []
  const start = (port = 0): Promise<EmbeddedIssuer> =>
    startEmbeddedIssuer({
      port,
      dataDir,
      portalUrl,
      participantOf: async (personalNumber) => enrolled.get(personalNumber),
      onError: (error) => errors.push(error),
    })
  const issuer = await start()

  return {
    ...issuer,
    dataDir,
    portalUrl,
    /** Participants by personal number; a test may enrol more. */
    enrolled,
    /** What the issuer has posted to the portal's back-channel address. */
    logoutTokens,
    /** Faults that the issuer told of. */
    errors,
    start,
    verifierFor: (audience: ServiceAudience) =>
      createTokenVerifier({ issuer: issuer.issuer, audience, azps: demoAzps, keys: createKeySource({ url: issuer.jwksUrl }) }),
    close: async () => {
      await issuer.close()
      portal.closeAllConnections()
      await new Promise((resolve) => portal.close(resolve))
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export type DemoInstance = Awaited<ReturnType<typeof startDemoInstance>>

export const relyingPartyOf = ({ issuer, portalClient, portalUrl }: DemoInstance) =>
  createRelyingParty({
    issuer,
    clientId: portalClient.id,
    clientSecret: portalClient.secret,
    redirectUri: `${portalUrl}/auth/callback`,
    postLogoutUri: `${portalUrl}/`,
  })

/** A browser that goes to the login page and presses a user's button; `answer` is the address it comes back to the portal with. */
export async function pressLogin(instance: DemoInstance, party: ReturnType<typeof relyingPartyOf>, user: string) {
  const browser = createScriptedBrowser(instance.portalUrl)
  const { url, transaction }: { url: string; transaction: LoginTransaction } = await party.loginUrl()
  const page = await browser.go(url)
  const answer = await browser.press(page, 'user', user)
  return { browser, page, transaction, answer: answer.url }
}

export async function logIn(instance: DemoInstance, party: ReturnType<typeof relyingPartyOf>, user: string) {
  const { browser, transaction, answer } = await pressLogin(instance, party, user)
  return { browser, session: await party.callback(answer, transaction) }
}
