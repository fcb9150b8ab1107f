import { clientIds } from '@samresa/identity'
import { type DemoUser, demoUsers } from '@samresa/identity/demo-users'
import { passwordName } from '@samresa/identity/keycloak-token-request'
import type { AdminApi } from './admin-api.ts'
import type { Difference } from './difference.ts'
import { lacks } from './lacks.ts'
import type { ClientShape, RealmShape } from './realm-shape.ts'
import type { SecretsFolder } from './secrets-folder.ts'

/** Marks the users of the demonstration, so that a realm can be rid of them and of nobody else. */
export const demoGroup = 'samresa-demo'

/** Tokens that outlast a walk through the product. Keycloak sets this per client, never per request. */
const demoLifetime = { 'access.token.lifespan': '3600' }

interface KeptUser {
  id: string
  username: string
  attributes?: Record<string, string[]>
}
interface Role {
  id: string
  name: string
}

function tokenCommandClient(portal: ClientShape): ClientShape {
  return {
    clientId: clientIds.tokenCommand,
    name: 'The token command of a demonstration: never in production',
    enabled: true,
    protocol: 'openid-connect',
    publicClient: false,
    clientAuthenticatorType: 'client-secret',
    standardFlowEnabled: false,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: true,
    serviceAccountsEnabled: false,
    fullScopeAllowed: true,
    defaultClientScopes: portal.defaultClientScopes ?? [],
    optionalClientScopes: [],
    attributes: demoLifetime,
    protocolMappers: portal.protocolMappers ?? [],
  }
}

/** The realm with what only a demonstration has: tokens for a password, and tokens of an hour. */
export function withDemoParts(shape: RealmShape): RealmShape {
  const machines: readonly string[] = clientIds.systems
  const clients = shape.clients.map((client) =>
    machines.includes(client.clientId) ? { ...client, attributes: { ...client.attributes, ...demoLifetime } } : client,
  )
  const portal = shape.clients.find(({ clientId }) => clientId === clientIds.portal)
  if (portal === undefined) throw new Error('realm.json states no portal')
  return { ...shape, clients: [...clients, tokenCommandClient(portal)] }
}

/** Machines have clients of their own. */
const people = Object.entries(demoUsers).filter(([, { role }]) => role !== 'agency-system')

const attributesOf = ({ agency, personalNumber }: DemoUser): Record<string, string[]> => ({
  ...(agency !== undefined && { agency: [agency] }),
  ...(personalNumber !== undefined && { personalNumber: [personalNumber] }),
})

function newPassword(secrets: SecretsFolder, user: string) {
  const name = passwordName(user)
  return { type: 'password', value: secrets.read(name) ?? secrets.keep(name), temporary: false }
}

async function userDifferences(api: AdminApi, name: string, user: DemoUser, secrets: SecretsFolder): Promise<Difference[]> {
  const [kept] = await api.get<KeptUser[]>(`/users?username=${encodeURIComponent(name)}&exact=true`)
  const attributes = attributesOf(user)
  if (kept === undefined) {
    const made = () =>
      api.post('/users', { username: name, enabled: true, attributes, groups: [demoGroup], credentials: [newPassword(secrets, name)] })
    return [{ what: `demo user ${name}`, mend: made }]
  }
  const differences: Difference[] = []
  const roles = `/users/${kept.id}/role-mappings/realm`
  const held = await api.get<Role[]>(roles)
  if (held.length !== 1 || held[0]?.name !== user.role) {
    const mend = async () => {
      await api.delete(roles, held)
      await api.post(roles, [await api.get<Role>(`/roles/${user.role}`)])
    }
    differences.push({ what: `demo user ${name}: role ${user.role}`, mend })
  }
  if (lacks(kept.attributes, attributes).length > 0) {
    const mend = () => api.put(`/users/${kept.id}`, { username: name, attributes: { ...kept.attributes, ...attributes } })
    differences.push({ what: `demo user ${name}: ${Object.keys(attributes).join(', ')}`, mend })
  }
  if (secrets.read(passwordName(name)) === undefined) {
    const mend = () => api.put(`/users/${kept.id}/reset-password`, newPassword(secrets, name))
    differences.push({ what: `demo user ${name}: a password in the folder`, mend })
  }
  return differences
}

/** What of the demonstration's users a realm lacks. */
export async function demoDifferences(api: AdminApi, secrets: SecretsFolder): Promise<Difference[]> {
  const groups = await api.get<Role[]>(`/groups?search=${demoGroup}&exact=true`)
  if (groups.length === 0) return [{ what: `group ${demoGroup}`, mend: () => api.post('/groups', { name: demoGroup }) }]
  const all: Difference[] = []
  for (const [name, user] of people) all.push(...(await userDifferences(api, name, user, secrets)))
  return all
}

/** What of a demonstration is in a realm that should have nothing of it. */
export async function demoLeftovers(api: AdminApi): Promise<Difference[]> {
  const clients = await api.get<{ id: string }[]>(`/clients?clientId=${clientIds.tokenCommand}`)
  const groups = await api.get<Role[]>(`/groups?search=${demoGroup}&exact=true`)
  const leftovers = clients.map(({ id }) => ({
    what: `DEMO client ${clientIds.tokenCommand} gives tokens for a password`,
    mend: () => api.delete(`/clients/${id}`),
  }))
  for (const group of groups) {
    const members = await api.get<KeptUser[]>(`/groups/${group.id}/members?max=1000`)
    leftovers.push(...members.map(({ id, username }) => ({ what: `DEMO user ${username}`, mend: () => api.delete(`/users/${id}`) })))
    leftovers.push({ what: `DEMO group ${demoGroup}`, mend: () => api.delete(`/groups/${group.id}`) })
  }
  return leftovers
}
