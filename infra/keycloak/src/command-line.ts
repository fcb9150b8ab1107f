import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { RealmOptions } from './apply-realm.ts'

const usage = (command: string) =>
  `usage: npm run -s ${command} -- --keycloak URL --realm NAME --portal-url URL --secrets FOLDER [--portal-inside-url URL] [--demo]
KEYCLOAK_ADMIN and KEYCLOAK_ADMIN_PASSWORD (or KEYCLOAK_ADMIN_PASSWORD_FILE) name an administrator of the master realm.`

const bare = (url: string) => url.replace(/\/+$/, '')

/** What both commands are given. Throws an Error with the usage, all that is missing at once. */
export function realmOptionsFrom(command: string, args: string[], environment: NodeJS.ProcessEnv): RealmOptions {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args,
    options: { keycloak: text, realm: text, 'portal-url': text, 'portal-inside-url': text, secrets: text, demo: { type: 'boolean' } },
  })
  const { KEYCLOAK_ADMIN: user, KEYCLOAK_ADMIN_PASSWORD_FILE: file } = environment
  const password = environment['KEYCLOAK_ADMIN_PASSWORD'] ?? (file && readFileSync(file, 'utf8').trim())
  const { keycloak, realm, 'portal-url': portalUrl, 'portal-inside-url': portalInsideUrl, secrets } = values
  const needed = { '--keycloak': keycloak, '--realm': realm, '--portal-url': portalUrl, '--secrets': secrets }
  const missing = Object.entries({ ...needed, KEYCLOAK_ADMIN: user, KEYCLOAK_ADMIN_PASSWORD: password })
    .filter(([, value]) => !value)
    .map(([name]) => name)
  if (!keycloak || !realm || !portalUrl || !secrets || !user || !password)
    throw new Error(`${missing.join(', ')} missing\n${usage(command)}`)
  return {
    keycloak: bare(keycloak),
    admin: { user, password },
    realm,
    portalUrl: bare(portalUrl),
    ...(portalInsideUrl !== undefined && { portalInsideUrl: bare(portalInsideUrl) }),
    secretsFolder: secrets,
    demo: values.demo ?? false,
  }
}
