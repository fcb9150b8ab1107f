import type { AdminApi } from './admin-api.ts'
import { clientDifferences } from './client-differences.ts'
import type { Difference } from './difference.ts'
import { lacks } from './lacks.ts'
import { type RealmShape, settingsOf, userProfileOf } from './realm-shape.ts'
import type { SecretsFolder } from './secrets-folder.ts'

async function settingDifferences(api: AdminApi, shape: RealmShape): Promise<Difference[]> {
  const wanted = settingsOf(shape)
  const missing = lacks(await api.get(''), wanted)
  return missing.length === 0 ? [] : [{ what: `realm: ${missing.join(', ')}`, mend: () => api.put('', wanted) }]
}

async function profileDifferences(api: AdminApi, shape: RealmShape): Promise<Difference[]> {
  const wanted = userProfileOf(shape)
  const actual = await api.get<{ attributes: { name: string }[] }>('/users/profile')
  const byName = new Map(actual.attributes.map((attribute) => [attribute.name, attribute]))
  const missing = wanted.attributes.filter((attribute) => lacks(byName.get(attribute.name), { ...attribute }).length > 0)
  if (missing.length === 0) return []
  // Attributes that the municipality has declared besides ours stay.
  const ours = wanted.attributes.map(({ name }) => name)
  const attributes = [...wanted.attributes, ...actual.attributes.filter(({ name }) => !ours.includes(name))]
  return [
    {
      what: `user profile: ${missing.map(({ name }) => name).join(', ')}`,
      mend: () => api.put('/users/profile', { ...actual, attributes }),
    },
  ]
}

async function roleDifferences(api: AdminApi, shape: RealmShape): Promise<Difference[]> {
  const there = new Set((await api.get<{ name: string }[]>('/roles')).map(({ name }) => name))
  return shape.roles.realm
    .filter(({ name }) => !there.has(name))
    .map((role) => ({ what: `role ${role.name}`, mend: () => api.post('/roles', role) }))
}

/** What of the stated realm an existing one lacks, in the order in which it can be mended. Some of it shows only when the rest is mended. */
export async function realmDifferences(api: AdminApi, shape: RealmShape, secrets: SecretsFolder): Promise<Difference[]> {
  return [
    ...(await settingDifferences(api, shape)),
    ...(await profileDifferences(api, shape)),
    ...(await roleDifferences(api, shape)),
    ...(await clientDifferences(api, shape, secrets)),
  ]
}
