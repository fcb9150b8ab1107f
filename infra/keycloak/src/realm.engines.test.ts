import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { roles as knownRoles } from '@samresa/kernel'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { applyRealm, checkRealm } from './apply-realm.ts'
import { readRealmShape, userProfileOf } from './realm-shape.ts'
import { keycloakFromEnvironment, skipReason, startTestRealm, type TestRealm } from './testing/test-realm.ts'

const keycloak = keycloakFromEnvironment()
let realm: TestRealm

beforeEach((context) => context.skip(keycloak === undefined, skipReason))
beforeAll(async () => {
  if (keycloak !== undefined) realm = await startTestRealm(keycloak, { demo: false })
})
afterAll(() => realm?.close())

interface Named {
  id: string
  name: string
}
interface Client extends Named {
  clientId: string
  enabled: boolean
  directAccessGrantsEnabled: boolean
  defaultClientScopes: string[]
  optionalClientScopes: string[]
  attributes?: Record<string, string>
  protocolMappers?: (Named & { protocolMapper: string; config: Record<string, string> })[]
}

const clientNamed = async (clientId: string): Promise<Client> => {
  const [client] = await realm.api.get<Client[]>(`/clients?clientId=${clientId}`)
  if (client === undefined) throw new Error(`no client ${clientId}`)
  return client
}
const names = (things: readonly { name: string }[]) => things.map(({ name }) => name).sort()
const shape = () => readRealmShape(realm.options)

test('the roles are those of the house and Keycloak’s own three, so none was made by a misspelling', async () => {
  const own = ['offline_access', 'uma_authorization', `default-roles-${realm.options.realm}`]
  expect(names(await realm.api.get<Named[]>('/roles'))).toEqual([...knownRoles, ...own].sort())
  expect(names(shape().roles.realm)).toEqual([...knownRoles].sort())
})

test('every client has exactly the scopes and mappers of the file', async () => {
  for (const wanted of shape().clients.filter(({ defaultClientScopes }) => defaultClientScopes !== undefined)) {
    const actual = await clientNamed(wanted.clientId)
    expect([wanted.clientId, [...actual.defaultClientScopes].sort(), actual.optionalClientScopes]).toEqual([
      wanted.clientId,
      [...(wanted.defaultClientScopes ?? [])].sort(),
      [],
    ])
    expect(names(actual.protocolMappers ?? [])).toEqual(names(wanted.protocolMappers ?? []))
    for (const mapper of wanted.protocolMappers ?? [])
      expect(actual.protocolMappers?.find(({ name }) => name === mapper.name)).toMatchObject({ ...mapper })
  }
})

test('every audience that a mapper names is a client of the realm', async () => {
  const clients = (await realm.api.get<Client[]>('/clients?max=100')).map(({ clientId }) => clientId)
  const named = shape().clients.flatMap(({ protocolMappers = [] }) =>
    protocolMappers.map(({ config }) => config['included.client.audience']),
  )
  expect(named.filter((audience) => audience !== undefined && !clients.includes(audience))).toEqual([])
})

test('every machine has the roles of the file and no other', async () => {
  for (const { serviceAccountClientId, realmRoles, clientRoles = {} } of shape().users) {
    const { id } = await clientNamed(serviceAccountClientId)
    const account = await realm.api.get<Named>(`/clients/${id}/service-account-user`)
    const held = await realm.api.get<{ realmMappings?: Named[]; clientMappings?: Record<string, { mappings: Named[] }> }>(
      `/users/${account.id}/role-mappings`,
    )
    const ofClients = Object.fromEntries(
      Object.entries(held.clientMappings ?? {}).map(([client, { mappings }]) => [client, names(mappings)]),
    )
    expect([serviceAccountClientId, names(held.realmMappings ?? []), ofClients]).toEqual([serviceAccountClientId, realmRoles, clientRoles])
  }
})

test('only administrators see and change who a user is in the house', async () => {
  const profile = await realm.api.get<{ attributes: { name: string; permissions: object }[] }>('/users/profile')
  expect(names(profile.attributes)).toEqual(names(userProfileOf(shape()).attributes))
  for (const name of ['agency', 'participantId', 'personalNumber'])
    expect(profile.attributes.find((attribute) => attribute.name === name)?.permissions).toEqual({ view: ['admin'], edit: ['admin'] })
})

test('nobody gets a token for a password', async () => {
  const clients = await realm.api.get<Client[]>('/clients?max=100')
  expect(clients.filter(({ enabled, directAccessGrantsEnabled }) => enabled && directAccessGrantsEnabled)).toEqual([])
})

test('secrets are in files of their owner only, and every second run changes nothing', async () => {
  const { secretsFolder } = realm.options
  expect(readdirSync(secretsFolder).map((name) => statSync(join(secretsFolder, name)).mode & 0o777)).toEqual(Array(9).fill(0o600))
  expect((await applyRealm(realm.options)).changes).toEqual([])
  expect(await checkRealm(realm.options)).toEqual([])
})

const drifts: [string, string, () => Promise<void>][] = [
  ['a longer token life', 'realm: accessTokenLifespan', () => realm.api.put('', { accessTokenLifespan: 3600 })],
  [
    'no PKCE',
    'client portal: attributes.pkce.code.challenge.method',
    () => changeClient('portal', { attributes: { 'pkce.code.challenge.method': '' } }),
  ],
  [
    'a longer token life of one client',
    'client portal: attributes.access.token.lifespan',
    () => changeClient('portal', { attributes: { 'access.token.lifespan': '36000' } }),
  ],
  [
    'another address to come back to',
    'client portal: redirectUris',
    () => changeClient('portal', { redirectUris: ['https://evil.example/*'] }),
  ],
  ['tokens for passwords', 'client portal: directAccessGrantsEnabled', () => changeClient('portal', { directAccessGrantsEnabled: true })],
  ['the command-line client back', 'client admin-cli: enabled', () => changeClient('admin-cli', { enabled: true })],
  [
    'another agency',
    'client af-system: mapper agency',
    async () => {
      const client = await clientNamed('af-system')
      const mapper = client.protocolMappers?.find(({ name }) => name === 'agency')
      await realm.api.put(`/clients/${client.id}/protocol-mappers/models/${mapper?.id}`, {
        ...mapper,
        config: { ...mapper?.config, 'claim.value': 'FK' },
      })
    },
  ],
  [
    'an audience too many',
    'client af-system: mapper more is one too many',
    async () =>
      realm.api.post(`/clients/${(await clientNamed('af-system')).id}/protocol-mappers/models`, {
        name: 'more',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-audience-mapper',
        config: { 'included.client.audience': 'audit-api', 'access.token.claim': 'true' },
      }),
  ],
  [
    'a lost audience',
    'client portal: mapper audience-audit-api',
    async () => {
      const client = await clientNamed('portal')
      const mapper = client.protocolMappers?.find(({ name }) => name === 'audience-audit-api')
      await realm.api.delete(`/clients/${client.id}/protocol-mappers/models/${mapper?.id}`)
    },
  ],
  [
    'a scope too many',
    'client portal: default scopes profile',
    async () => {
      const scope = (await realm.api.get<Named[]>('/client-scopes')).find(({ name }) => name === 'profile')
      await realm.api.put(`/clients/${(await clientNamed('portal')).id}/default-client-scopes/${scope?.id}`, {})
    },
  ],
  [
    'a role too many',
    'client af-system: roles auditor',
    async () => {
      const account = await realm.api.get<Named>(`/clients/${(await clientNamed('af-system')).id}/service-account-user`)
      await realm.api.post(`/users/${account.id}/role-mappings/realm`, [await realm.api.get('/roles/auditor')])
    },
  ],
  [
    'a power too many',
    'client planning-service: roles realm-management/manage-users',
    async () => {
      const account = await realm.api.get<Named>(`/clients/${(await clientNamed('planning-service')).id}/service-account-user`)
      const { id } = await clientNamed('realm-management')
      const role = await realm.api.get(`/clients/${id}/roles/manage-users`)
      await realm.api.post(`/users/${account.id}/role-mappings/clients/${id}`, [role])
    },
  ],
  ['a lost client', 'client audit-service', async () => realm.api.delete(`/clients/${(await clientNamed('audit-service')).id}`)],
  ['a lost role', 'role operator', () => realm.api.delete('/roles/operator')],
  [
    'an attribute that users may change',
    'user profile: agency',
    async () => {
      const profile = await realm.api.get<{ attributes: { name: string }[] }>('/users/profile')
      const attributes = profile.attributes.map((each) =>
        each.name === 'agency' ? { ...each, permissions: { view: ['admin', 'user'], edit: ['admin', 'user'] } } : each,
      )
      await realm.api.put('/users/profile', { ...profile, attributes })
    },
  ],
  [
    'another secret',
    'client portal: the secret is another than in the folder',
    () => changeClient('portal', { secret: 'known-to-somebody' }),
  ],
]

/** As an administrator's page does it: the whole client with one thing changed. */
async function changeClient(clientId: string, changes: Partial<Client> & Record<string, unknown>): Promise<void> {
  const client = await clientNamed(clientId)
  const attributes = { ...client.attributes, ...changes.attributes }
  await realm.api.put(`/clients/${client.id}`, { ...client, ...changes, attributes })
}

test.each(drifts)('%s is reported as "%s", and mended', async (_case, line, drift) => {
  await drift()
  expect(await checkRealm(realm.options)).toContain(line)
  expect((await applyRealm(realm.options)).changes).toContain(line)
  expect(await checkRealm(realm.options)).toEqual([])
})

test('what the municipality has added to the realm stays', async () => {
  await realm.api.post('/clients', { clientId: 'payroll', publicClient: false })
  await realm.api.post('/identity-provider/instances', { alias: 'staff', providerId: 'oidc', config: { clientId: 'x', clientSecret: 'y' } })
  expect((await applyRealm(realm.options)).changes).toEqual([])
  expect((await clientNamed('payroll')).clientId).toBe('payroll')
})

test('a folder that is new gets the secrets in use', async () => {
  const secretsFolder = mkdtempSync(join(tmpdir(), 'samresa-realm-'))
  try {
    const { clients } = await applyRealm({ ...realm.options, secretsFolder })
    expect(Object.keys(clients)).toHaveLength(9)
    expect(await checkRealm(realm.options)).toEqual([])
    expect(await checkRealm({ ...realm.options, secretsFolder })).toEqual([])
  } finally {
    rmSync(secretsFolder, { recursive: true })
  }
})

const run = (name: string, args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [fileURLToPath(new URL(name, import.meta.url)), ...args], (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  })

const argumentsOf = ({ keycloak, realm, portalUrl, secretsFolder }: TestRealm['options']) => [
  '--keycloak',
  keycloak,
  '--realm',
  realm,
  '--portal-url',
  portalUrl,
  '--secrets',
  secretsFolder,
]

test('a demonstration comes and goes, and is called one', async () => {
  const given = argumentsOf(realm.options)
  const applied = await run('apply.main.ts', [...given, '--demo'])
  expect([applied.code, applied.stderr]).toEqual([0, expect.stringContaining('DEMONSTRATION')])
  expect(applied.stdout).toMatch(/^client token-command$[\s\S]*^demo user yonas$/m)
  expect(await run('check.main.ts', [...given, '--demo'])).toMatchObject({ code: 0, stdout: '' })
  const tokenCommand = fileURLToPath(new URL('../../standalone/src/token.ts', import.meta.url))
  const data = mkdtempSync(join(tmpdir(), 'samresa-instance-'))
  writeFileSync(join(data, 'instance.json'), JSON.stringify({ engines: 'production', keycloak: realm.demoRealm }))
  const token = await new Promise<string>((resolve) =>
    execFile(process.execPath, [tokenCommand, 'anna', '--data', data], (_e, stdout) => resolve(stdout)),
  )
  rmSync(data, { recursive: true })
  expect(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({ user: 'anna', azp: 'token-command' })

  const checked = await run('check.main.ts', given)
  expect(checked.code).toBe(1)
  expect(checked.stdout).toMatch(/^DEMO client token-command gives tokens for a password$/m)
  expect(checked.stdout).toMatch(/^DEMO user anna$/m)
  expect((await run('apply.main.ts', given)).code).toBe(0)
  expect(await run('check.main.ts', given)).toMatchObject({ code: 0, stdout: '' })
  expect(await realm.api.get('/users')).toEqual([])
})

test('what is missing on the command line is named at once', async () => {
  const { code, stderr } = await run('apply.main.ts', ['--realm', 'x'])
  expect(code).toBe(2)
  expect(stderr).toMatch(/--keycloak, --portal-url, --secrets missing/)
})
