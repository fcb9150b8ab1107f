import { type Static, type TObject, type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { Value } from 'typebox/value'

// All faults at once: by itself it stops after eight.
Settings.Set({ maxErrors: 100 })

/** One setting that cannot be used. `expectation` never quotes the value: it may be a secret. */
export interface ConfigFault {
  name: string
  expectation: string
}

/** All faults of a configuration at once. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly faults: ConfigFault[]
  constructor(faults: ConfigFault[]) {
    super(`The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  ${fault.name}: ${fault.expectation}`).join('\n')}`)
    this.faults = faults
  }
}

/**
 * The settings named in `schema`, read from environment-like text. An empty text counts as absent; text becomes a number or a truth value
 * where the schema says so. Throws ConfigError naming everything that is wrong.
 */
export function readConfig<T extends TObject>(schema: T, env: Record<string, string | undefined>): Static<T> {
  const given: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(schema.properties)) {
    const text = env[name]
    if (text !== undefined && text !== '') given[name] = valueFrom(property, text)
  }
  const filled = Value.Default(schema, given)
  const check = Compile(schema)
  if (check.Check(filled)) return filled as Static<T>
  const faults = new Map<string, string>()
  for (const error of check.Errors(filled)) {
    const missing = error.keyword === 'required' ? error.params.requiredProperties : [error.instancePath.slice(1).split('/')[0] ?? '']
    for (const name of missing)
      if (!faults.has(name)) faults.set(name, expectationOf(schema.properties[name] ?? Type.Unknown(), error.keyword, error.message))
  }
  throw new ConfigError(Array.from(faults, ([name, expectation]) => ({ name, expectation })))
}

function valueFrom(schema: TSchema, text: string): unknown {
  const { type } = schema as { type?: unknown }
  if (type === 'integer' || type === 'number') return /^[+-]?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text
  if (type === 'boolean') return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text
  return text
}

function expectationOf(schema: TSchema, keyword: string, message: string): string {
  const { description } = schema as { description?: string }
  const fault = keyword === 'required' ? 'is missing' : message
  return description === undefined ? fault : `${fault} (${description})`
}
