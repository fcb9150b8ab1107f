import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createKeySource, createTokenVerifier, demoAzps, type EmbeddedIssuer, startEmbeddedIssuer } from '@samresa/identity'
import { afterAll, beforeAll, expect, test } from 'vitest'

const command = fileURLToPath(new URL('token.ts', import.meta.url))
const dataDir = mkdtempSync(join(tmpdir(), 'samresa-token-'))
let issuer: EmbeddedIssuer

beforeAll(async () => {
  issuer = await startEmbeddedIssuer({
    port: 0,
    dataDir,
    portalUrl: 'http://127.0.0.1:9',
    participantOf: async () => undefined,
    onError: () => {},
  })
  writeFileSync(join(dataDir, 'instance.json'), JSON.stringify({ issuer: issuer.issuer }))
})
afterAll(async () => {
  await issuer.close()
  rmSync(dataDir, { recursive: true })
})

const run = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }))
  })

const verify = (token: string) => {
  const keys = createKeySource({ url: issuer.jwksUrl })
  return createTokenVerifier({ issuer: issuer.issuer, audience: 'agency-sync-api', azps: demoAzps, keys }).verify(token)
}

test('prints a bare token that services take, and nothing else', async () => {
  const before = Date.now()
  const { code, stdout, stderr } = await run('af-system', '--data', dataDir, '--minutes', '60')
  expect([code, stderr, stdout.endsWith('\n')]).toEqual([0, '', true])
  const { actor, expiresAt } = await verify(stdout.trimEnd())
  expect(actor).toEqual({ user: 'af-system', role: 'agency-system', agency: 'AF' })
  expect(expiresAt - before).toBeGreaterThan(3_598_000)
})

test('a token lasts five minutes unless asked otherwise', async () => {
  const { expiresAt } = await verify((await run('anna', '--data', dataDir)).stdout.trimEnd())
  expect(Math.abs(expiresAt - Date.now() - 300_000)).toBeLessThan(5_000)
})

test('an unknown user is answered with the list of users', async () => {
  const { code, stdout, stderr } = await run('nobody', '--data', dataDir)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/"nobody".*anna, nils, eva, .*scenario/)
})

test.each([
  [['anna', '--minutes', '61']],
  [['anna', '--minutes', '0']],
  [['anna', '--minutes', 'five']],
  [['anna', '--hours', '1']],
  [[]],
  [['anna', 'nils']],
])('what the command cannot do is told with its usage: %j', async (args) => {
  const { code, stdout, stderr } = await run(...args, '--data', dataDir)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('usage: npm run -s token')
})

test.each<[string, (folder: string) => void]>([
  ['there is nothing', () => undefined],
  [
    'an instance was killed',
    (folder) => writeFileSync(join(folder, 'instance.json'), JSON.stringify({ issuer: 'http://127.0.0.1:9/realms/samresa' })),
  ],
])('where %s the command says how to start one', async (_case, prepare) => {
  const folder = mkdtempSync(join(tmpdir(), 'samresa-token-'))
  try {
    prepare(folder)
    const { code, stdout, stderr } = await run('anna', '--data', folder)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/no running instance in .*"npm start"/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
