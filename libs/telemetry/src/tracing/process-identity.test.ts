import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { identityOf } from './process-identity.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'samresa-identity-'))
  mkdirSync(join(root, 'services/journey/src'), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{ "name": "samresa", "version": "1.2.3" }')
  writeFileSync(join(root, 'services/journey/package.json'), '{ "name": "@samresa/journey" }')
})
afterEach(() => rmSync(root, { recursive: true }))

const main = () => join(root, 'services/journey/src/main.ts')

test('a process is called as its package and has the version of the product', () => {
  expect(identityOf(main(), {})).toEqual({
    'service.namespace': 'samresa',
    'service.name': 'journey',
    'service.version': '1.2.3',
    'service.instance.id': `${hostname()}-${process.pid}`,
  })
})

test('the environment may name the process and its instance', () => {
  expect(identityOf(main(), { OTEL_SERVICE_NAME: 'resan', INSTANCE: 'journey-2' })).toMatchObject({
    'service.name': 'resan',
    'service.instance.id': 'journey-2',
  })
})
