import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const program = fileURLToPath(new URL('verify.main.ts', import.meta.url))
/** The driver takes what stands behind the "?" of this password for an option, and quotes it. */
const url = 'mongodb://samresa-audit:hush@hush/?canary=1@mongo-0/'

/** `npm run audit:verify` in an environment of its own. */
const verify = (args: string[], environment: Record<string, string> = {}): Promise<{ code: unknown; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], ...environment }
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) => resolve({ code: error?.code, stdout, stderr }))
  })

/** The folder of a running stack that has written down its servers. */
function aStacksFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'samresa-stack-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'instance.json'), JSON.stringify({ engines: 'production', mongodb: { url, prefix: 'samresa_' } }))
  return folder
}

test.each([
  ['the command line', () => verify(['--mongodb', url])],
  ['the environment', () => verify(['--engines', 'production', '--json'], { MONGODB_URL: url })],
  ['a folder', () => verify(['--data', aStacksFolder()])],
])(
  'an address of MongoDB that the driver cannot read, named by %s, ends in fixed words that show nothing of it, and exit code 2',
  async (_, run) => {
    const { code, stdout, stderr } = await run()
    expect(stderr).toMatch(/^audit:verify: the address of MongoDB is nothing that the driver can read: .*\n$/)
    expect(stderr).not.toMatch(/canary|hush|mongo-0/)
    expect([code, stdout]).toEqual([2, ''])
  },
)
