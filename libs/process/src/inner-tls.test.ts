import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { optional, readSettings } from '@samresa/config'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { innerTlsSetting } from './inner-tls.ts'

const settings = { innerTls: optional(innerTlsSetting()) }
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'samresa-tls-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('without a folder the services speak in the clear; a folder that lacks a file is told by the file’s name', () => {
  expect(readSettings(settings, {})).toEqual({ innerTls: undefined })
  expect(() => readSettings(settings, { INNER_TLS_FOLDER: folder })).toThrow(/INNER_TLS_FOLDER: .*tls\.crt/)
})

test('a folder as cert-manager fills it is read whole', () => {
  for (const file of ['tls.crt', 'tls.key', 'ca.crt']) writeFileSync(join(folder, file), file)
  const { innerTls } = readSettings(settings, { INNER_TLS_FOLDER: folder })
  expect(Object.entries(innerTls!).map(([part, content]) => [part, String(content)])).toEqual([
    ['cert', 'tls.crt'],
    ['key', 'tls.key'],
    ['ca', 'ca.crt'],
  ])
})
