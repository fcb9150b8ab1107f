import { setTimeout as pause } from 'node:timers/promises'

export type ServiceName = 'journey' | 'planning' | 'agency-sync' | 'audit'

export interface RestAnswer<T = unknown> {
  status: number
  headers: Headers
  body: T
}

export interface Page<T> {
  items: T[]
  page: number
  limit: number
  total: number
}

export interface RestOptions {
  body?: unknown
  headers?: Record<string, string | undefined>
}

export interface RestClient {
  /** Any answer, as it came. `body` is undefined when there is none. */
  call<T = unknown>(method: string, service: ServiceName, path: string, options?: RestOptions): Promise<RestAnswer<T>>
  /** The body of a 2xx answer; rejects with RestRefusal otherwise. */
  get<T>(service: ServiceName, path: string): Promise<T>
  post<T>(service: ServiceName, path: string, body: unknown, headers?: Record<string, string>): Promise<T>
  /** Every item of a list, over all its pages. */
  all<T>(service: ServiceName, path: string): Promise<T[]>
}

/** A problem answer (RFC 9457). */
export interface Problem {
  status: number
  code: string
  detail?: string
  instance?: string
  correlationId?: string
  fields?: { pointer: string; detail: string }[]
}

export class RestRefusal extends Error {
  override name = 'RestRefusal'
  readonly status: number
  readonly problem: Problem | undefined
  constructor(method: string, path: string, answer: RestAnswer) {
    const problem = answer.body as Problem | undefined
    super(
      `${method} ${path} was answered with ${answer.status} ${problem?.code ?? ''} ${problem?.detail ?? ''} ${JSON.stringify(problem?.fields ?? [])}`,
    )
    this.status = answer.status
    this.problem = problem
  }
}

/** What a client needs to know: where the services are, who asks (undefined: nobody) and why. */
export interface RestSource {
  services: Record<ServiceName, string>
  token: () => Promise<string> | undefined
  purpose?: string | undefined
}

const mostTries = 5

/** A client that sends JSON and gives every answer back; when asked to slow down it does, a few times. */
export function createRestClient(source: RestSource): RestClient {
  async function once(method: string, service: ServiceName, path: string, options: RestOptions): Promise<Response> {
    const token = await source.token()
    const headers: Record<string, string | undefined> = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      'samresa-purpose': source.purpose,
      ...(options.body !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    }
    const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
    const body = typeof options.body === 'string' ? options.body : JSON.stringify(options.body)
    return fetch(source.services[service] + path, { method, headers: given, ...(options.body !== undefined && { body }) })
  }

  async function call<T>(method: string, service: ServiceName, path: string, options: RestOptions = {}): Promise<RestAnswer<T>> {
    for (let tries = 1; ; tries++) {
      const response = await once(method, service, path, options)
      const text = await response.text()
      if (response.status === 429 && tries < mostTries) {
        await pause(Number(response.headers.get('retry-after') ?? 1) * 1000)
        continue
      }
      return { status: response.status, headers: response.headers, body: (text === '' ? undefined : JSON.parse(text)) as T }
    }
  }

  async function demand<T>(method: string, service: ServiceName, path: string, options: RestOptions = {}): Promise<T> {
    const answer = await call<T>(method, service, path, options)
    if (answer.status < 200 || answer.status > 299) throw new RestRefusal(method, path, answer)
    return answer.body
  }

  return {
    call,
    get: (service, path) => demand('GET', service, path),
    post: (service, path, body, headers = {}) => demand('POST', service, path, { body, headers }),
    async all<T>(service: ServiceName, path: string) {
      const items: T[] = []
      for (let page = 1; ; page++) {
        const answer = await demand<Page<T>>('GET', service, `${path}${path.includes('?') ? '&' : '?'}page=${page}&limit=200`)
        items.push(...answer.items)
        if (answer.items.length === 0 || items.length >= answer.total) return items
      }
    },
  }
}
