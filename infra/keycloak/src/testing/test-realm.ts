import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientIds, issuerAddress } from '@samresa/identity'
import { type DemoRealm, passwordName, requestKeycloakToken, secretFile } from '@samresa/identity/keycloak-token-request'
import { startBackchannel } from '@samresa/identity/testing/demo-instance'
import type { IssuerUnderTest } from '@samresa/identity/testing/issuer.contract'
import type { ScriptedBrowser, Visit } from '@samresa/identity/testing/scripted-browser'
import { type AdminApi, type AdminUser, createAdminApi } from '../admin-api.ts'
import { applyRealm, type RealmOptions, removeRealm } from '../apply-realm.ts'

/** A Keycloak for tests and who may administer it. */
export interface KeycloakServer {
  keycloak: string
  admin: AdminUser
}

export const skipReason = 'needs KEYCLOAK_URL, KEYCLOAK_ADMIN and KEYCLOAK_ADMIN_PASSWORD: run npm run test:engines'

/** The server that the environment names. */
export function keycloakFromEnvironment(): KeycloakServer | undefined {
  const { KEYCLOAK_URL: keycloak, KEYCLOAK_ADMIN: user, KEYCLOAK_ADMIN_PASSWORD: password } = process.env
  return keycloak && user && password ? { keycloak, admin: { user, password } } : undefined
}

export interface TestRealm extends IssuerUnderTest {
  options: RealmOptions & KeycloakServer
  api: AdminApi
  tokenUrl: string
  demoRealm: DemoRealm
  secretOf(name: string): string
  /** Keycloak's id of a user. */
  idOf(user: string): Promise<string>
}

/** A realm of its own, by default with the demonstration's users, and the back-channel address of a portal. */
export async function startTestRealm({ keycloak, admin }: KeycloakServer, { demo = true } = {}): Promise<TestRealm> {
  const realm = `samresa-test-${randomBytes(6).toString('hex')}`
  const secretsFolder = mkdtempSync(join(tmpdir(), 'samresa-realm-'))
  const { portalUrl, logoutTokens, close } = await startBackchannel()
  const options = { keycloak, admin, realm, portalUrl, secretsFolder, demo }
  const { issuer } = await applyRealm(options)
  const api = createAdminApi(keycloak, admin, realm)
  const { jwksUrl, tokenUrl } = issuerAddress(issuer)
  const demoRealm = { url: keycloak, realm, secrets: secretsFolder }
  const secretOf = (name: string) => readFileSync(secretFile(secretsFolder, name), 'utf8').trim()

  const tokenOf = async (user: string): Promise<string> => {
    const answer = await requestKeycloakToken(demoRealm, user)
    if (answer.outcome !== 'token') throw new Error(answer.outcome)
    return answer.token
  }

  const setLifetime = async (seconds: number) => {
    const [client] = await api.get<{ id: string }[]>(`/clients?clientId=${clientIds.tokenCommand}`)
    await api.put(`/clients/${client?.id}`, { attributes: { 'access.token.lifespan': String(seconds) } })
  }

  return {
    options,
    api,
    demoRealm,
    issuer,
    jwksUrl,
    tokenUrl,
    portalUrl,
    logoutTokens,
    portalClient: { id: clientIds.portal, secret: secretOf(clientIds.portal) },
    secretOf,
    tokenOf,
    shortToken: async () => {
      await setLifetime(2)
      try {
        return await tokenOf('frida')
      } finally {
        await setLifetime(3600)
      }
    },
    idOf: async (user) => {
      const [found] = await api.get<{ id: string }[]>(`/users?username=${user}&exact=true`)
      if (found === undefined) throw new Error(`no user ${user}`)
      return found.id
    },
    enter: (browser: ScriptedBrowser, page: Visit, user: string) =>
      browser.submit(page, { username: user, password: secretOf(passwordName(user)) }),
    // With the ID token as a hint nobody is asked.
    leave: async (_browser: ScriptedBrowser, page: Visit) => page,
    close: async () => {
      await removeRealm(options)
      await close()
      rmSync(secretsFolder, { recursive: true })
    },
  }
}
