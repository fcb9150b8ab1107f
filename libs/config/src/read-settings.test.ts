import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { address, addresses, key, list, oneOf, port, secret, url, word } from './kinds.ts'
import { ConfigurationFault, readSettings } from './read-settings.ts'
import { neededWith, optional, type Setting, type Settings } from './setting.ts'

const meaning = 'What it is.'
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'samresa-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const faultsOf = (settings: Settings, environment: Record<string, string>): string[] => {
  try {
    readSettings(settings, environment)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationFault)
    return (error as Error).message.split('\n').slice(1)
  }
}

test('what is set is read, what is not has its stated value, or none', () => {
  const settings = {
    port: port('PORT', { meaning }),
    level: oneOf('LEVEL', ['info', 'warn'], { meaning, otherwise: 'info' }),
    peer: optional(address('PEER', { meaning })),
    brokers: addresses('BROKERS', { meaning, example: 'a:1' }),
  }
  const values: { port: number; level: 'info' | 'warn'; peer: string | undefined; brokers: string[] } = readSettings(settings, {
    PORT: '8080',
    PEER: '',
    BROKERS: 'a:1, b.example.se:2',
  })
  expect(values).toEqual({ port: 8080, level: 'info', peer: undefined, brokers: ['a:1', 'b.example.se:2'] })
})

test('every fault is told at once: the name, what it must be, an example, and what it is', () => {
  const settings = {
    port: port('PORT', { meaning }),
    level: oneOf('LEVEL', ['info', 'warn'], { meaning }),
    url: url('URL', { meaning, example: 'http://a' }),
    secret: secret('PASSWORD', { meaning }),
  }
  expect(faultsOf(settings, { PORT: '70000', URL: 'a' })).toEqual([
    '  PORT must be a port from 1 to 65535, for example 8080; it is "70000"',
    '  LEVEL is not set: it must be one of info, warn, for example info',
    '  URL must be an address that begins with http:// or https://, for example http://a; it is "a"',
    '  PASSWORD_FILE or PASSWORD is not set: it must be a text, for example …',
  ])
})

test.each<[Setting<unknown>, string[], string[]]>([
  [port('X', { meaning }), ['1', '65535'], ['0', '65536', '-1', '80a', '1e3']],
  [address('X', { meaning }), ['a:1', '[::1]:90', 'a-b.c:65535'], ['a', 'a:0', ':1', 'http://a:1', 'a:1,b:2']],
  [url('X', { meaning, example: '' }), ['http://a', 'https://a.b:1/c'], ['a', 'ftp://a', 'http://a?b', 'http://a#b']],
  [word('X', { meaning, example: 'a' }), ['a'], ['a b']],
  [
    list('X', { takes: 'letters', item: (text) => (text === 'a' ? text : undefined) }, { meaning, example: 'a' }),
    ['a', 'a,a'],
    [',', 'a,b'],
  ],
  [key('X', { meaning }), [`${'A'.repeat(43)}=`, 'A'.repeat(43)], ['A', 'A'.repeat(44), `${'A'.repeat(42)} =`]],
])('$name, which takes $takes, reads what it is meant to and refuses the rest', (setting, good, bad) => {
  const refused = (text: string) => faultsOf({ setting }, { X: text }).length > 0
  expect(good.filter(refused)).toEqual([])
  expect(bad.filter((text) => !refused(text))).toEqual([])
})

test('the file of a secret is preferred, and no fault shows a secret', () => {
  const file = join(folder, 'password')
  writeFileSync(file, 'from the file\n')
  const settings = { password: secret('PASSWORD', { meaning }) }
  expect(readSettings(settings, { PASSWORD_FILE: file, PASSWORD: 'from the variable' })).toEqual({ password: 'from the file' })
  expect(readSettings(settings, { PASSWORD_FILE: '', PASSWORD: 'from the variable' })).toEqual({ password: 'from the variable' })

  const short = { ...secret('PASSWORD', { meaning }), refusedInProduction: () => 'is too short', parse: () => undefined }
  expect(faultsOf({ short }, { PASSWORD: 'canary' }).join()).not.toContain('canary')
  expect(faultsOf({ key: key('KEY', { meaning }) }, { KEY: 'canary' }).join()).not.toContain('canary')
  writeFileSync(file, '')
  expect(faultsOf(settings, { PASSWORD_FILE: file })).toEqual([`  PASSWORD_FILE names an empty file: ${file}`])
  const gone = join(folder, 'gone')
  expect(faultsOf(settings, { PASSWORD_FILE: gone, PASSWORD: 'canary' })).toEqual([
    `  PASSWORD_FILE names a file that cannot be read: ${gone} (ENOENT)`,
  ])
})

test('production takes no value that was meant for a developer’s machine, and none that it refuses', () => {
  const settings = {
    host: word('HOST', { meaning, outsideProduction: '127.0.0.1', example: '0.0.0.0' }),
    clock: optional(word('CLOCK', { meaning, example: 'x', refusedInProduction: () => 'real days only' })),
  }
  expect(readSettings(settings, { CLOCK: 'x' })).toEqual({ host: '127.0.0.1', clock: 'x' })
  expect(faultsOf(settings, { NODE_ENV: 'production', CLOCK: 'x' })).toEqual([
    '  HOST is not set: it must be a word without spaces, for example 0.0.0.0',
    '  CLOCK with NODE_ENV=production: real days only',
  ])
})

test('of two settings that belong together one alone is a fault, told with all others; both or none are not', () => {
  const settings = {
    user: neededWith('PASSWORD', word('USERNAME', { meaning, example: 'a' })),
    password: neededWith('USERNAME', secret('PASSWORD', { meaning })),
    port: port('PORT', { meaning }),
  }
  const values: { user: string | undefined; password: string | undefined } = readSettings(settings, { PORT: '1', PASSWORD: ' ' })
  expect(values).toEqual({ user: undefined, password: undefined, port: 1 })
  expect(readSettings(settings, { PORT: '1', USERNAME: 'a', PASSWORD: 'b' })).toEqual({ user: 'a', password: 'b', port: 1 })
  expect(faultsOf(settings, { USERNAME: 'a', PORT: '0' })).toEqual([
    '  PASSWORD_FILE or PASSWORD is not set, and USERNAME is: it must be a text, for example …',
    '  PORT must be a port from 1 to 65535, for example 8080; it is "0"',
  ])
  const file = join(folder, 'password')
  writeFileSync(file, 'canary')
  expect(faultsOf(settings, { PASSWORD_FILE: file, PORT: '1' })).toEqual([
    '  USERNAME is not set, and PASSWORD is: it must be a word without spaces, for example a',
  ])
  expect(faultsOf(settings, { PASSWORD_FILE: join(folder, 'gone'), USERNAME: 'a', PORT: '1' })).toHaveLength(1)
})

test('a setting that can say more than what it takes is heard', () => {
  const parse = (): string => {
    throw new Error('line 3: no such field')
  }
  expect(faultsOf({ file: { ...word('FILE', { meaning, example: 'a' }), parse } }, { FILE: 'a' })).toEqual([
    '  FILE: line 3: no such field',
  ])
})
