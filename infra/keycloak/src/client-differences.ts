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

async function accountDifferences(
  api: AdminApi,
  path: string,
  { serviceAccountClientId, realmRoles }: AccountShape,
): Promise<Difference[]> {
  const account = await api.find<{ id: string }>(`${path}/service-account-user`)
  if (account === undefined) return []
  const at = `/users/${account.id}/role-mappings/realm`
  const held = (await api.get<Named[]>(at)).map(({ name }) => name)
  const changed = [...without(realmRoles, held), ...without(held, realmRoles)]
  if (changed.length === 0) return []
  const mend = async () => {
    const all = await api.get<Named[]>('/roles')
    const rolesOf = (names: string[]) => all.filter(({ name }) => names.includes(name))
    await api.post(at, rolesOf(without(realmRoles, held)))
    await api.delete(at, rolesOf(without(held, realmRoles)))
  }
  return [{ what: `client ${serviceAccountClientId}: roles ${changed.join(', ')}`, mend }]
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
