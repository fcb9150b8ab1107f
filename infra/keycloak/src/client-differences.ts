import type { AdminApi } from './admin-api.ts'
import type { Difference } from './difference.ts'
import { lacks } from './lacks.ts'
import { type AccountShape, type ClientShape, hasSecret, type MapperShape, type RealmShape } from './realm-shape.ts'
import type { SecretsFolder } from './secrets-folder.ts'

interface Named {
  id: string
  name: string
}
type KeptClient = Named & ClientShape & { secret?: string }

/** What names lists have that others have not. */
const without = <T>(names: readonly T[], others: readonly T[]) => names.filter((name) => !others.includes(name))

function mapperDifferences(api: AdminApi, path: string, client: ClientShape, kept: KeptClient): Difference[] {
  const [wanted, actual] = [client.protocolMappers ?? [], (kept.protocolMappers ?? []) as (MapperShape & Named)[]]
  const at = `${path}/protocol-mappers/models`
  const what = (name: string) => `client ${client.clientId}: mapper ${name}`
  const wrong = wanted.flatMap((mapper): Difference[] => {
    const found = actual.find(({ name }) => name === mapper.name)
    if (found === undefined) return [{ what: what(mapper.name), mend: () => api.post(at, mapper) }]
    if (lacks(found, { ...mapper }).length === 0) return []
    return [{ what: what(mapper.name), mend: () => api.put(`${at}/${found.id}`, { id: found.id, ...mapper }) }]
  })
  // One mapper too many can give a client a claim, or an audience, that it must not have.
  const extra = actual
    .filter(({ name }) => !wanted.some((mapper) => mapper.name === name))
    .map(({ id, name }) => ({ what: `${what(name)} is one too many`, mend: () => api.delete(`${at}/${id}`) }))
  return [...wrong, ...extra]
}

/** Keycloak ignores scopes in a changed client: each is put and taken by itself. */
async function scopeDifferences(api: AdminApi, path: string, client: ClientShape, kept: KeptClient): Promise<Difference[]> {
  const differences: Difference[] = []
  for (const kind of ['default', 'optional'] as const) {
    const wanted = client[`${kind}ClientScopes`]
    if (wanted === undefined) continue
    const actual = kept[`${kind}ClientScopes`] ?? []
    const changed = [...without(wanted, actual), ...without(actual, wanted)]
    if (changed.length === 0) continue
    const mend = async () => {
      const all = await api.get<Named[]>('/client-scopes')
      for (const name of changed) {
        const scope = all.find((each) => each.name === name)
        if (scope === undefined) throw new Error(`Keycloak has no client scope ${name}`)
        const at = `${path}/${kind}-client-scopes/${scope.id}`
        await (wanted.includes(name) ? api.put(at, {}) : api.delete(at))
      }
    }
    differences.push({ what: `client ${client.clientId}: ${kind} scopes ${changed.join(', ')}`, mend })
  }
  return differences
}

function secretDifferences(api: AdminApi, path: string, client: ClientShape, kept: KeptClient, secrets: SecretsFolder): Difference[] {
  if (!hasSecret(client)) return []
  const held = secrets.read(client.clientId)
  if (held === kept.secret && held !== undefined) return []
  const what = `client ${client.clientId}: the secret`
  // A folder that is new gets the secrets in use: running services go on.
  if (held === undefined)
    return [{ what: `${what} is not in the folder`, mend: async () => void secrets.keep(client.clientId, kept.secret) }]
  return [{ what: `${what} is another than in the folder`, mend: () => api.put(path, { ...kept, secret: held }) }]
}

interface RoleMappings {
  realmMappings?: Named[]
  clientMappings?: Record<string, { id: string; mappings: Named[] }>
}

/** One holder of roles: the realm, or one of its clients. */
interface RoleHolder {
  /** Before the names of its roles: empty for the realm's. */
  prefix: string
  /** Its roles. */
  roles: string
  /** An account's share of them. */
  mappings: string
  wanted: string[]
  held: Named[]
}

async function holdersOf(api: AdminApi, account: string, { realmRoles, clientRoles = {} }: AccountShape): Promise<RoleHolder[]> {
  const { realmMappings = [], clientMappings = {} } = await api.get<RoleMappings>(`/users/${account}/role-mappings`)
  const at = `/users/${account}/role-mappings`
  const holders = [{ prefix: '', roles: '/roles', mappings: `${at}/realm`, wanted: realmRoles, held: realmMappings }]
  for (const clientId of new Set([...Object.keys(clientRoles), ...Object.keys(clientMappings)])) {
    const [client] = await api.get<Named[]>(`/clients?clientId=${encodeURIComponent(clientId)}`)
    if (client === undefined) throw new Error(`Keycloak has no client ${clientId}`)
    holders.push({
      prefix: `${clientId}/`,
      roles: `/clients/${client.id}/roles`,
      mappings: `${at}/clients/${client.id}`,
      wanted: clientRoles[clientId] ?? [],
      held: clientMappings[clientId]?.mappings ?? [],
    })
  }
  return holders
}

function rolesDifference(api: AdminApi, client: string, { prefix, roles, mappings, wanted, held }: RoleHolder): Difference[] {
  const names = held.map(({ name }) => name)
  const [lost, extra] = [without(wanted, names), without(names, wanted)]
  if (lost.length + extra.length === 0) return []
  const mend = async () => {
    const all = await api.get<Named[]>(roles)
    const rolesNamed = (some: string[]) => all.filter(({ name }) => some.includes(name))
    await api.post(mappings, rolesNamed(lost))
    await api.delete(mappings, rolesNamed(extra))
  }
  return [{ what: `client ${client}: roles ${[...lost, ...extra].map((name) => prefix + name).join(', ')}`, mend }]
}

async function accountDifferences(api: AdminApi, path: string, account: AccountShape): Promise<Difference[]> {
  const kept = await api.find<{ id: string }>(`${path}/service-account-user`)
  if (kept === undefined) return []
  const holders = await holdersOf(api, kept.id, account)
  return holders.flatMap((holder) => rolesDifference(api, account.serviceAccountClientId, holder))
}

async function oneClient(api: AdminApi, shape: RealmShape, client: ClientShape, secrets: SecretsFolder): Promise<Difference[]> {
  const { clientId, protocolMappers: _m, defaultClientScopes: _d, optionalClientScopes: _o, ...settings } = client
  const [kept] = await api.get<KeptClient[]>(`/clients?clientId=${encodeURIComponent(clientId)}`)
  if (kept === undefined) {
    const secret = hasSecret(client) ? { secret: secrets.read(clientId) ?? secrets.keep(clientId) } : {}
    return [{ what: `client ${clientId}`, mend: () => api.post('/clients', { ...client, ...secret }) }]
  }
  const path = `/clients/${kept.id}`
  const missing = lacks(kept, settings)
  const account = shape.users.find(({ serviceAccountClientId }) => serviceAccountClientId === clientId)
  return [
    ...(missing.length === 0
      ? []
      : [{ what: `client ${clientId}: ${missing.join(', ')}`, mend: () => api.put(path, { clientId, ...settings }) }]),
    ...mapperDifferences(api, path, client, kept),
    ...(await scopeDifferences(api, path, client, kept)),
    ...secretDifferences(api, path, client, kept, secrets),
    ...(account === undefined ? [] : await accountDifferences(api, path, account)),
  ]
}

/** Clients that the file does not name are the municipality's own, and are left alone. */
export async function clientDifferences(api: AdminApi, shape: RealmShape, secrets: SecretsFolder): Promise<Difference[]> {
  const all: Difference[] = []
  for (const client of shape.clients) all.push(...(await oneClient(api, shape, client, secrets)))
  return all
}
