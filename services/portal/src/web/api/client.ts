import type { Page } from './model.ts'

/** A refused or failed call. `code` is the service's stable code, OFFLINE when nothing answered. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  readonly code: string
  constructor(status: number, code: string) {
    super(code)
    this.status = status
    this.code = code
  }
}

/** Sends the visitor through the login and back to this page. */
function goToLogin(): void {
  location.assign(`/auth/login?to=${encodeURIComponent(location.pathname + location.search)}`)
}

async function answerOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

async function call<Answer>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer> {
  let response: Response
  try {
    response = await fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(method === 'GET' ? {} : { 'X-Samresa': '1', 'Idempotency-Key': crypto.randomUUID() }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
      cache: 'no-store',
    })
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new ApiError(0, 'OFFLINE')
  }
  const answer = await answerOf(response)
  if (response.ok) return answer as Answer
  if (response.status === 401) goToLogin()
  const code = (answer as { code?: unknown } | undefined)?.code
  throw new ApiError(response.status, typeof code === 'string' ? code : `HTTP_${response.status}`)
}

/** Reads what a service or the portal answers; rejects with ApiError. A session that has ended leads to the login. */
export const get = <Answer>(path: string, signal?: AbortSignal): Promise<Answer> => call<Answer>('GET', path, undefined, signal)

/** Every item of a list, page after page. Rejects with ApiError. */
export async function getAll<Item>(path: string): Promise<Item[]> {
  const items: Item[] = []
  for (let page = 1; ; page += 1) {
    const answer = await get<Page<Item>>(`${path}?limit=200&page=${page}`)
    items.push(...answer.items)
    if (answer.items.length === 0 || items.length >= answer.total) return items
  }
}

/** Sends a body; each call is one command of its own. Rejects with ApiError. */
export const post = <Answer>(path: string, body: unknown, signal?: AbortSignal): Promise<Answer> => call<Answer>('POST', path, body, signal)
