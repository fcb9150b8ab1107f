import type { ServiceToken } from '@samresa/identity'

/** A user of the `master` realm. */
export interface AdminUser {
  user: string
  password: string
}

/** Who may administer: an {@link AdminUser}, or a client of the realm itself with as much as it needs. */
export type Admin = AdminUser | ServiceToken

/** Keycloak's admin API below one realm. All calls throw an Error that names the call and what Keycloak said; secrets are never in it. */
export interface AdminApi {
  /** Undefined for 404. */
  find<T>(path: string): Promise<T | undefined>
  get<T>(path: string): Promise<T>
  post(path: string, body: unknown): Promise<void>
  put(path: string, body: unknown): Promise<void>
  delete(path: string, body?: unknown): Promise<void>
}

const timeoutMs = 30_000
const renewBeforeMs = 10_000

async function answerOf(what: string, response: Response): Promise<string> {
  const text = await response.text()
  if (!response.ok) throw new Error(`${what}: Keycloak answered ${response.status} ${text.slice(0, 300)}`)
  return text
}

/** Signs in when first needed, and again before its token ends. */
function createSignIn(keycloak: string, admin: Admin): () => Promise<string> {
  if ('token' in admin) return () => admin.token()
  const { user, password } = admin
  let held: { token: string; until: number } | undefined
  return async (): Promise<string> => {
    if (held !== undefined && held.until > Date.now()) return held.token
    const response = await fetch(`${keycloak}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username: user, password }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const answer = JSON.parse(await answerOf(`signing in as ${user}`, response)) as { access_token: string; expires_in: number }
    held = { token: answer.access_token, until: Date.now() + answer.expires_in * 1000 - renewBeforeMs }
    return held.token
  }
}

/** `keycloak`: its base URL. Paths are below `/admin/realms/{realm}`; the empty path is the realm itself. */
export function createAdminApi(keycloak: string, admin: Admin, realm: string): AdminApi & { create(realm: unknown): Promise<void> } {
  const signIn = createSignIn(keycloak, admin)
  const realms = `${keycloak}/admin/realms`

  const send = async (method: string, url: string, body?: unknown): Promise<Response> =>
    fetch(url, {
      method,
      headers: { authorization: `Bearer ${await signIn()}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    })

  const call = async (method: string, url: string, body?: unknown): Promise<string> =>
    answerOf(`${method} ${url}`, await send(method, url, body))
  const below = (path: string) => `${realms}/${encodeURIComponent(realm)}${path}`

  return {
    create: async (shape) => void (await call('POST', realms, shape)),
    find: async <T>(path: string) => {
      const response = await send('GET', below(path))
      if (response.status === 404) return undefined
      return JSON.parse(await answerOf(`GET ${below(path)}`, response)) as T
    },
    get: async <T>(path: string) => JSON.parse(await call('GET', below(path))) as T,
    post: async (path, body) => void (await call('POST', below(path), body)),
    put: async (path, body) => void (await call('PUT', below(path), body)),
    delete: async (path, body) => void (await call('DELETE', below(path), body)),
  }
}
