import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openDataFolder } from '@samresa/instance'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { makeContainerSecrets } from './container-secrets.ts'

const composeFile = fileURLToPath(new URL('../../../docker-compose.yml', import.meta.url))
const composed = parse(readFileSync(composeFile, 'utf8')) as { secrets: Record<string, { file: string }> }

function emptyFolder() {
  const path = mkdtempSync(join(tmpdir(), 'samresa-secrets-'))
  const folder = openDataFolder(path, false)
  onTestFinished(() => {
    folder.release()
    rmSync(path, { recursive: true })
  })
  return folder
}

test('every secret that a container is given is there before the containers are, for its owner only, and stays as it is', () => {
  const folder = emptyFolder()
  const files = Object.values(composed.secrets).map(({ file }) => folder.path(file.replace(/^\$\{SAMRESA_DATA:-[^}]*\}\//, '')))
  expect(files.length).toBeGreaterThan(0)
  makeContainerSecrets(folder)
  const made = files.map((file) => readFileSync(file, 'utf8').trim())
  expect(files.map((file) => statSync(file).mode & 0o777)).toEqual(files.map(() => 0o600))
  expect(new Set(made.filter((secret) => secret.length > 24)).size).toBe(files.length)
  makeContainerSecrets(folder)
  expect(files.map((file) => readFileSync(file, 'utf8').trim())).toEqual(made)
})

test('a master key that every container could read before is taken over and no longer lies among the secrets', () => {
  const folder = emptyFolder()
  makeContainerSecrets(folder)
  const key = readFileSync(folder.path('master.key'), 'utf8')
  renameSync(folder.path('master.key'), folder.path('secrets/master.key'))
  makeContainerSecrets(folder)
  expect(readFileSync(folder.path('master.key'), 'utf8')).toBe(key)
  expect(existsSync(folder.path('secrets/master.key'))).toBe(false)
})
