import { type IssuerAddress, issuerAddress } from './issuer-address.ts'
import { identityUnavailable } from './refusals.ts'

/** A service's own access token, for calls to other services. */
export interface ServiceToken {
  /**
   * A token that is still good, asked for anew shortly before it ends. Rejects RejectionError `unavailable` when there is none: the issuer is
   * away, or refuses this client.
   */
  token(): Promise<string>
}

export interface ServiceTokenOptions {
  /** The issuer's URL as this process reaches it. */
  issuer: string
  clientId: string
  clientSecret: string
  /** How long one request may take. */
  timeoutMs?: number
  /** Machine clock, milliseconds. */
  now?: () => number
}

interface Held {
  token: string
  /** From now on a newer one is wanted. */
  renewAt: number
  /** From now on it counts for nothing: callees check the expiry to the second. */
  endsAt: number
}

/** A call takes its time after the token was had. */
const marginMs = 5_000
/** While the issuer is away, or says no, it is asked at most once a second. */
const cooldownMs = 1_000

const basic = (id: string, secret: string) => `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`

interface Answer {
  access_token: string
  expires_in: number
}

function answerFrom(status: number, text: string): Answer {
  if (status !== 200) throw new Error(`the issuer answered ${status} ${text.slice(0, 200)}`)
  const answer = JSON.parse(text) as Partial<Answer> | null
  if (typeof answer?.access_token !== 'string' || typeof answer.expires_in !== 'number')
    throw new Error('the issuer answered without a token')
  return answer as Answer
}

/** Client credentials. One request at a time however many ask; while a token lasts nobody waits for its successor. */
export function createServiceToken(options: ServiceTokenOptions): ServiceToken {
  const { issuer, clientId, clientSecret, timeoutMs = 5_000, now = Date.now } = options
  const { tokenUrl }: IssuerAddress = issuerAddress(issuer)
  let held: Held | undefined
  let flight: Promise<void> | undefined
  let triedAt = Number.NEGATIVE_INFINITY
  let lastFailure = 'no token was ever asked for'

  const ask = async (): Promise<void> => {
    const askedAt = now()
    const response = await fetch(tokenUrl, {
      method: 'POST',
      headers: { authorization: basic(clientId, clientSecret), accept: 'application/json' },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const { access_token, expires_in } = answerFrom(response.status, await response.text())
    const lifetimeMs = expires_in * 1000
    held = { token: access_token, renewAt: askedAt + lifetimeMs * 0.8, endsAt: askedAt + lifetimeMs - marginMs }
  }

  const renew = (): Promise<void> => {
    if (flight !== undefined) return flight
    triedAt = now()
    flight = ask()
      .catch((error: unknown) => {
        lastFailure = String(error)
      })
      .finally(() => {
        flight = undefined
      })
    return flight
  }

  const renewUnlessTried = async (): Promise<void> => {
    if (flight !== undefined || now() - triedAt >= cooldownMs) await renew()
  }

  const good = (): Held | undefined => (held !== undefined && held.endsAt > now() ? held : undefined)

  return {
    token: async () => {
      const current = good()
      if (current === undefined) await renewUnlessTried()
      else if (current.renewAt <= now()) void renewUnlessTried()
      const usable = good()
      if (usable === undefined) throw identityUnavailable(lastFailure)
      return usable.token
    },
  }
}
