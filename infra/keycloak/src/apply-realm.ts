import { type Admin, type AdminApi, createAdminApi } from './admin-api.ts'
import { demoDifferences, demoLeftovers, withDemoParts } from './demo-realm.ts'
import type { Difference } from './difference.ts'
import { realmDifferences } from './realm-differences.ts'
import { hasSecret, type RealmPlaces, type RealmShape, readRealmShape } from './realm-shape.ts'
import { openSecretsFolder, type SecretsFolder } from './secrets-folder.ts'

export interface RealmOptions extends RealmPlaces {
  /** Keycloak's base URL, as this process reaches it. */
  keycloak: string
  admin: Admin
  /** Where the clients' secrets are kept, a file each (`ID.secret`), made when absent; `ID.jwks.json` there holds a machine's public keys instead. */
  secretsFolder: string
  /** Demo users, and tokens for their passwords. Without it whatever a demonstration left in the realm is taken out. */
  demo?: boolean
}

export interface AppliedRealm {
  /** `iss` of its tokens, as Keycloak names itself. */
  issuer: string
  /** The file with the secret, by client id. */
  clients: Record<string, string>
  /** What was changed, a line each; empty when everything was as stated. */
  changes: string[]
}

/** Mending shows more: a client must be there before its mappers can be compared. */
const mostRounds = 4

async function mend(find: () => Promise<Difference[]>): Promise<string[]> {
  const changes: string[] = []
  for (let round = 0; round < mostRounds; round++) {
    const differences = await find()
    if (differences.length === 0) return changes
    for (const { what, mend } of differences) {
      await mend()
      changes.push(what)
    }
  }
  throw new Error(`Keycloak does not take: ${(await find()).map(({ what }) => what).join('; ')}`)
}

async function create(api: ReturnType<typeof createAdminApi>, shape: RealmShape, secrets: SecretsFolder): Promise<string[]> {
  const clients = shape.clients.map((client) =>
    hasSecret(client) ? { ...client, secret: secrets.read(client.clientId) ?? secrets.keep(client.clientId) } : client,
  )
  await api.create({ ...shape, clients })
  return [`realm ${shape.realm}`]
}

/** Machines whose public keys are in the folder prove themselves with their private ones; a secret of theirs counts no more. */
const withPublicKeys = (shape: RealmShape, secrets: SecretsFolder): RealmShape => {
  const clients = shape.clients.map((client) => {
    const keys = hasSecret(client) ? secrets.text(`${client.clientId}.jwks.json`) : undefined
    if (keys === undefined) return client
    const attributes = { ...client.attributes, 'use.jwks.string': 'true', 'jwks.string': keys.trim() }
    return { ...client, clientAuthenticatorType: 'client-jwt', attributes }
  })
  return { ...shape, clients }
}

const shapeOf = (options: RealmOptions, secrets: SecretsFolder): RealmShape => {
  const shape = withPublicKeys(readRealmShape(options), secrets)
  return options.demo ? withDemoParts(shape) : shape
}

const differencesIn = (api: AdminApi, shape: RealmShape, secrets: SecretsFolder, demo: boolean | undefined) => async () => [
  ...(await realmDifferences(api, shape, secrets)),
  ...(await (demo ? demoDifferences(api, secrets) : demoLeftovers(api))),
]

/** Makes the realm, or brings an existing one into line. What the file does not name is left alone. Throws when Keycloak refuses. */
export async function applyRealm(options: RealmOptions): Promise<AppliedRealm> {
  const { keycloak, admin, realm, secretsFolder, demo } = options
  const api = createAdminApi(keycloak, admin, realm)
  const secrets = openSecretsFolder(secretsFolder)
  const shape = shapeOf(options, secrets)
  const made = (await api.find('')) === undefined ? await create(api, shape, secrets) : []
  const changes = [...made, ...(await mend(differencesIn(api, shape, secrets, demo)))]
  const clients = Object.fromEntries(shape.clients.filter(hasSecret).map(({ clientId }) => [clientId, secrets.fileOf(clientId)]))
  return { issuer: await issuerOf(keycloak, realm), clients, changes }
}

async function issuerOf(keycloak: string, realm: string): Promise<string> {
  const response = await fetch(`${keycloak}/realms/${encodeURIComponent(realm)}/.well-known/openid-configuration`)
  return ((await response.json()) as { issuer: string }).issuer
}

/** What of the stated realm Keycloak has not, a line each; nothing is changed. */
export async function checkRealm(options: RealmOptions): Promise<string[]> {
  const api = createAdminApi(options.keycloak, options.admin, options.realm)
  if ((await api.find('')) === undefined) return [`realm ${options.realm} is not there`]
  const secrets = openSecretsFolder(options.secretsFolder)
  const find = differencesIn(api, shapeOf(options, secrets), secrets, options.demo)
  return (await find()).map(({ what }) => what)
}

/** Deletes the realm with everything in it. */
export async function removeRealm({ keycloak, admin, realm }: Pick<RealmOptions, 'keycloak' | 'admin' | 'realm'>): Promise<void> {
  await createAdminApi(keycloak, admin, realm).delete('')
}
