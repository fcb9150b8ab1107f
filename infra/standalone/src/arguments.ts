import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface StartArguments {
  json: boolean
  data: string
  portBase: number
  reset: boolean
  demo: boolean
  /** YYYY-MM-DD, when given. */
  today?: string
  regionFile?: string
}

/** A fault in how the command was called: `message` names the option and what to do. */
export class ArgumentFault extends Error {
  override name = 'ArgumentFault'
}

export const usage = `npm start -s -- [--json] [--data DIR] [--port-base N] [--reset] [--no-demo] [--today YYYY-MM-DD] [--region FILE]`

const defaultPortBase = 4300

/** Reads the command line. `repository` is where the default data folder and relative defaults lie. */
export function readArguments(args: string[], repository: string): StartArguments {
  const { values } = parse(args)
  const portBase = values['port-base'] === undefined ? defaultPortBase : Number(values['port-base'])
  if (!Number.isInteger(portBase) || portBase < 1024 || portBase > 65_000) {
    throw new ArgumentFault(`--port-base takes a whole number from 1024 to 65000, not "${values['port-base']}"`)
  }
  if (values.today !== undefined && !isDate(values.today)) {
    throw new ArgumentFault(`--today takes a date like 2026-04-28, not "${values.today}"`)
  }
  return {
    json: values.json ?? false,
    data: resolve(values.data ?? `${repository}/.samresa`),
    portBase,
    reset: values.reset ?? false,
    demo: !(values['no-demo'] ?? false),
    ...(values.today !== undefined && { today: values.today }),
    ...(values.region !== undefined && { regionFile: resolve(values.region) }),
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        json: { type: 'boolean' },
        data: { type: 'string' },
        'port-base': { type: 'string' },
        reset: { type: 'boolean' },
        'no-demo': { type: 'boolean' },
        today: { type: 'string' },
        region: { type: 'string' },
      },
    })
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
