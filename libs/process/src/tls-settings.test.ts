import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { optional, readSettings } from '@samresa/config'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gatewayTls, innerTls } from './tls-settings.ts'

const settings = { innerTls: optional(innerTls), gatewayTls: optional(gatewayTls) }
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'samresa-tls-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('without a folder the services speak in the clear; a folder that lacks a file is told by the file’s name', () => {
  expect(readSettings(settings, {})).toEqual({ innerTls: undefined, gatewayTls: undefined })
  expect(() => readSettings(settings, { INNER_TLS_FOLDER: folder })).toThrow(/INNER_TLS_FOLDER: .*tls\.crt/)
})

test('a folder as cert-manager fills it is read whole', () => {
  for (const file of ['tls.crt', 'tls.key', 'ca.crt']) writeFileSync(join(folder, file), file)
  const read = readSettings(settings, { INNER_TLS_FOLDER: folder, GATEWAY_TLS_FOLDER: folder })
  const told = (parts: object) => Object.entries(parts).map(([part, content]) => [part, String(content)])
  expect(told(read.innerTls!)).toEqual([
    ['cert', 'tls.crt'],
    ['key', 'tls.key'],
    ['ca', 'ca.crt'],
  ])
  expect(told(read.gatewayTls!)).toEqual([
    ['cert', 'tls.crt'],
    ['key', 'tls.key'],
  ])
})
