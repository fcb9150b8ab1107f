import { readFileSync } from 'node:fs'
import type { Described, Setting } from './setting.ts'

const matching =
  (pattern: RegExp) =>
  (text: string): string | undefined =>
    pattern.test(text) ? text : undefined

export const word = (name: string, described: Described & { example: string }, pattern = /^\S+$/): Setting<string> => ({
  name,
  takes: 'a word without spaces',
  parse: matching(pattern),
  ...described,
})

export function oneOf<const T extends string>(name: string, values: readonly T[], described: Described): Setting<T> {
  return {
    name,
    takes: `one of ${values.join(', ')}`,
    example: values[0]!,
    parse: (text) => values.find((value) => value === text),
    ...described,
  }
}

/** Words separated by commas. */
export function list<const T extends string>(
  name: string,
  values: { takes: string; item(text: string): T | undefined },
  described: Described & { example: string },
): Setting<T[]> {
  return {
    name,
    takes: values.takes,
    parse: (text) => {
      const items = text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
        .map(values.item)
      return items.length > 0 && !items.includes(undefined) ? (items as T[]) : undefined
    },
    ...described,
  }
}

export const port = (name: string, described: Described): Setting<number> => ({
  name,
  takes: 'a port from 1 to 65535',
  example: '8080',
  parse: (text) => (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535 ? Number(text) : undefined),
  ...described,
})

const hostAndPort = /^(\[[0-9a-f:]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?):([1-9]\d{0,4})$/i

/** `host:port`, where something else answers. */
export const address = (name: string, described: Described): Setting<string> => ({
  name,
  takes: 'host:port',
  example: 'journey:9090',
  parse: matching(hostAndPort),
  ...described,
})

/** Several `host:port`, separated by commas. */
export const addresses = (name: string, described: Described & { example: string }): Setting<string[]> =>
  list(name, { takes: 'host:port, several separated by commas', item: matching(hostAndPort) }, described)

/** An http or https address, given back without a slash at its end. */
export const url = (name: string, described: Described & { example: string }): Setting<string> => ({
  name,
  takes: 'an address that begins with http:// or https://',
  parse: (text) => {
    const parsed = URL.canParse(text) ? new URL(text) : undefined
    const plain = parsed !== undefined && /^https?:$/.test(parsed.protocol) && parsed.search === '' && parsed.hash === ''
    return plain ? text.replace(/\/+$/, '') : undefined
  },
  ...described,
})

/** The path of a file that can be read. */
export const file = (name: string, described: Described & { example: string }): Setting<string> => ({
  name,
  takes: 'the path of a file that can be read',
  parse: (text) => {
    try {
      readFileSync(text)
      return text
    } catch {
      return undefined
    }
  },
  ...described,
})

/** Of a secret that looks like nothing in particular. */
export const noExample = '…'

export const secret = (name: string, described: Described): Setting<string> => ({
  name,
  takes: 'a text',
  example: noExample,
  secret: true,
  parse: (text) => text,
  ...described,
})

const keyBytes = 32

/** A secret of 32 random bytes, as text. */
export const key = (name: string, described: Described): Setting<Buffer> => ({
  name,
  takes: `${keyBytes} bytes in base64`,
  example: 'the output of: openssl rand -base64 32',
  secret: true,
  parse: (text) => {
    const bytes = Buffer.from(text, 'base64')
    return /^[\w+/-]+=*$/.test(text) && bytes.length === keyBytes ? bytes : undefined
  },
  ...described,
})
