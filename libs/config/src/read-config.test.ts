import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { ConfigError, readConfig } from './read-config.ts'

const Settings = Type.Object({
  PORT: Type.Integer({ minimum: 1, maximum: 65_535, default: 8080 }),
  RATE: Type.Optional(Type.Number()),
  DEMO: Type.Boolean({ default: false }),
  ISSUER: Type.String({ pattern: '^https://', description: 'the address of the issuer' }),
  SECRET: Type.String({ minLength: 8 }),
})

const good = { ISSUER: 'https://id.example', SECRET: 'long enough' }

const faultsOf = (env: Record<string, string>) => {
  try {
    readConfig(Settings, env)
  } catch (error) {
    if (error instanceof ConfigError) return error
  }
  throw new Error('no ConfigError')
}

test('text becomes what the schema says, and defaults fill what is absent or empty', () => {
  expect(readConfig(Settings, { ...good, RATE: '0.5', DEMO: 'true', PORT: '' })).toEqual({ ...good, PORT: 8080, RATE: 0.5, DEMO: true })
})

test('what the schema does not name is left out', () => {
  expect(readConfig(Settings, { ...good, PATH: '/bin' })).not.toHaveProperty('PATH')
})

test('all faults come at once, each with its name and expectation', () => {
  const { faults, message } = faultsOf({ PORT: '70000', RATE: 'fast', DEMO: 'perhaps', ISSUER: 'http://id.example' })
  expect(faults.map(({ name }) => name).sort()).toEqual(['DEMO', 'ISSUER', 'PORT', 'RATE', 'SECRET'])
  expect(faults.find(({ name }) => name === 'ISSUER')!.expectation).toContain('the address of the issuer')
  for (const { name } of faults) expect(message).toContain(name)
})

test('a fault never quotes the value', () => {
  expect(faultsOf({ ...good, SECRET: 'hunter2' }).message).not.toContain('hunter2')
})

test('a number with words around it is a fault, not a number', () => {
  expect(faultsOf({ ...good, PORT: '80a' }).faults).toMatchObject([{ name: 'PORT' }])
})

test('many faults are all told', () => {
  const names = Array.from({ length: 20 }, (_, index) => `SETTING_${index}`)
  const many = Type.Object(Object.fromEntries(names.map((name) => [name, Type.Integer()])))
  try {
    readConfig(many, Object.fromEntries(names.map((name) => [name, 'x'])))
    expect.unreachable()
  } catch (error) {
    expect((error as ConfigError).faults.map(({ name }) => name)).toEqual(names)
  }
})
