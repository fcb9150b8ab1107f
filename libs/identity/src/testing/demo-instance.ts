import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoAzps, type ServiceAudience } from '../audiences.ts'
import { type EmbeddedIssuer, startEmbeddedIssuer } from '../embedded-issuer/embedded-issuer.ts'
import { requestToken } from '../embedded-issuer/token-request.ts'
import { createKeySource } from '../key-source.ts'
import { createTokenVerifier } from '../token-verifier.ts'
import type { ScriptedBrowser, Visit } from './scripted-browser.ts'

export const yonasId = 'b6a1f0de-0000-4000-8000-000000000002'

/** A portal's back-channel address, keeping what is posted to it. */
export async function startBackchannel() {
  const logoutTokens: string[] = []
  const portal = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    logoutTokens.push(new URLSearchParams(body).get('logout_token') ?? '')
    response.end()
  })
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve))
  return {
    portalUrl: `http://127.0.0.1:${(portal.address() as AddressInfo).port}`,
    logoutTokens,
    close: async () => {
      portal.closeAllConnections()
      await new Promise((resolve) => portal.close(resolve))
    },
  }
}

/** An embedded issuer with a portal's back-channel address and a place for its data. */
export async function startDemoInstance() {
  const dataDir = mkdtempSync(join(tmpdir(), 'samresa-identity-'))
  const { portalUrl, logoutTokens, close: closeBackchannel } = await startBackchannel()
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
    tokenOf: async (user: string, minutes = 5): Promise<string> => {
      const answer = await requestToken(issuer.issuer, dataDir, { user, minutes })
      if (answer.outcome !== 'token') throw new Error(answer.outcome)
      return answer.token
    },
    /** The page's button of that name. */
    enter: (browser: ScriptedBrowser, page: Visit, user: string) => browser.submit(page, { user }),
    /** The page that asks whether to log out. */
    leave: (browser: ScriptedBrowser, page: Visit) => browser.submit(page, { logout: 'yes' }),
    verifierFor: (audience: ServiceAudience) =>
      createTokenVerifier({ issuer: issuer.issuer, audience, azps: demoAzps, keys: createKeySource({ url: issuer.jwksUrl }) }),
    close: async () => {
      await issuer.close()
      await closeBackchannel()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export type DemoInstance = Awaited<ReturnType<typeof startDemoInstance>>
