import { resolve } from 'node:path'
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

/** What every command that runs an instance takes. */
export interface InstanceArguments {
  json: boolean
  data: string
  portBase: number
  demo: boolean
  /** YYYY-MM-DD, when given. */
  today?: string
  regionFile?: string
}

/** A fault in how the command was called: `message` names the option and what to do. */
export class ArgumentFault extends Error {
  override name = 'ArgumentFault'
}

export interface InstanceCommand<Own extends ParseArgsOptionsConfig> {
  usage: string
  /** Where relative defaults lie. */
  repository: string
  /** Below the repository. */
  defaultData: string
  /** The options that only this command has. */
  own: Own
}

const defaultPortBase = 4300

const shared = {
  json: { type: 'boolean' },
  data: { type: 'string' },
  'port-base': { type: 'string' },
  'no-demo': { type: 'boolean' },
  today: { type: 'string' },
  region: { type: 'string' },
} as const satisfies ParseArgsOptionsConfig

type Values<O extends ParseArgsOptionsConfig> = { [name in keyof O]?: O[name]['type'] extends 'boolean' ? boolean : string }

/** Reads the command line: what every instance takes, and the command's own options by their names. */
export function readInstanceArguments<Own extends ParseArgsOptionsConfig>(
  args: string[],
  command: InstanceCommand<Own>,
): { instance: InstanceArguments; own: Values<Own> } {
  const values = parse(args, command) as Values<typeof shared> & Values<Own>
  const portBase = values['port-base'] === undefined ? defaultPortBase : Number(values['port-base'])
  if (!Number.isInteger(portBase) || portBase < 1024 || portBase > 65_000) {
    throw new ArgumentFault(`--port-base takes a whole number from 1024 to 65000, not "${values['port-base']}"`)
  }
  if (values.today !== undefined && !isDate(values.today)) {
    throw new ArgumentFault(`--today takes a date like 2026-04-28, not "${values.today}"`)
  }
  const instance = {
    json: values.json ?? false,
    data: resolve(values.data ?? `${command.repository}/${command.defaultData}`),
    portBase,
    demo: !(values['no-demo'] ?? false),
    ...(values.today !== undefined && { today: values.today }),
    ...(values.region !== undefined && { regionFile: resolve(values.region) }),
  }
  return { instance, own: values }
}

function parse<Own extends ParseArgsOptionsConfig>(args: string[], { usage, own }: InstanceCommand<Own>): unknown {
  try {
    return parseArgs({ args, options: { ...shared, ...own } }).values
  } catch (error) {
    throw new ArgumentFault(`${(error as Error).message}\n${usage}`, { cause: error })
  }
}

function isDate(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text).toString() === text
  } catch {
    return false
  }
}
