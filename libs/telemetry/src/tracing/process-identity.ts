import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'

/** What the process calls itself in traces and metrics. */
export interface ProcessIdentity {
  'service.namespace': string
  'service.name': string
  'service.version': string
  'service.instance.id': string
}

/**
 * A process is called as the package whose main file it runs, without the scope, and has the version of the nearest package that has one.
 * OTEL_SERVICE_NAME goes before, and INSTANCE is the instance's name.
 */
export function identityOf(mainFile: string, env: NodeJS.ProcessEnv): ProcessIdentity {
  const packages = packagesAbove(mainFile)
  const find = (key: 'name' | 'version') => packages.find((manifest) => manifest[key] !== undefined)?.[key] ?? 'unknown'
  return {
    'service.namespace': 'samresa',
    'service.name': env['OTEL_SERVICE_NAME'] || find('name').replace(/^@[^/]+\//, ''),
    'service.version': find('version'),
    'service.instance.id': env['INSTANCE'] || `${hostname()}-${process.pid}`,
  }
}

/** The manifests in the folders above a file, the nearest first. */
function packagesAbove(file: string): { name?: string; version?: string }[] {
  const folder = dirname(file)
  return folder === file ? [] : [...manifestIn(folder), ...packagesAbove(folder)]
}

function manifestIn(folder: string): { name?: string; version?: string }[] {
  try {
    return [JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))]
  } catch {
    return []
  }
}
