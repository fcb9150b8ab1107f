interface Cookie {
  name: string
  value: string
  path: string
}

/** Where a visit ended: at a page, or at an address that the test keeps for itself. */
export interface Visit {
  url: string
  status: number
  text: string
}

const plain = (text: string) =>
  text
    .replace(/&#(?:x([0-9a-f]+)|([0-9]+));/gi, (_, hex, dec) => String.fromCharCode(hex ? Number.parseInt(hex, 16) : Number(dec)))
    .replaceAll('&amp;', '&')

const attribute = (tag: string, name: string) => {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]
  return found === undefined ? undefined : plain(found)
}

/**
 * Cookies, redirects and the first form of a page: enough of a browser for a login. Stops at addresses that start with `stopAt`. Loopback counts
 * as a secure place, as in real browsers: cookies marked Secure are sent there by plain HTTP.
 */
export function createScriptedBrowser(stopAt: string) {
  const cookies = new Map<string, Cookie>()

  const keep = (header: string) => {
    const [pair = '', ...rest] = header.split(/;\s*/)
    const name = pair.slice(0, pair.indexOf('='))
    const attributes = new Map(rest.map((each) => each.split('=') as [string, string]).map(([key, value]) => [key.toLowerCase(), value]))
    const path = attributes.get('path') ?? '/'
    const gone = Date.parse(attributes.get('expires') ?? '') < Date.now()
    if (gone) cookies.delete(name + path)
    else cookies.set(name + path, { name, value: pair.slice(pair.indexOf('=') + 1), path })
  }

  const go = async (address: string, body?: Record<string, string>): Promise<Visit> => {
    if (address.startsWith(stopAt)) return { url: address, status: 0, text: '' }
    const url = new URL(address)
    const cookie = [...cookies.values()].filter(({ path }) => url.pathname.startsWith(path)).map(({ name, value }) => `${name}=${value}`)
    const response = await fetch(url, {
      method: body ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: cookie.join('; ') },
      ...(body && { body: new URLSearchParams(body) }),
    })
    response.headers.getSetCookie().forEach(keep)
    const text = await response.text()
    const location = response.headers.get('location')
    return location === null ? { url: address, status: response.status, text } : go(new URL(location, url).href)
  }

  /** Sends the first form of a page with its hidden fields and these: the name and value of a button, or what a person fills in. */
  const submit = (visit: Visit, fields: Record<string, string>): Promise<Visit> => {
    const form = /<form[^>]*>/.exec(visit.text)?.[0] ?? ''
    const hidden = [...visit.text.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([tag]) => [
      attribute(tag, 'name') ?? '',
      attribute(tag, 'value') ?? '',
    ])
    return go(new URL(attribute(form, 'action') ?? '', visit.url).href, { ...Object.fromEntries(hidden), ...fields })
  }

  return { go, submit }
}

export type ScriptedBrowser = ReturnType<typeof createScriptedBrowser>
