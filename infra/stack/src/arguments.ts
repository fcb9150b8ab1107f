import { ArgumentFault, type InstanceArguments, readInstanceArguments } from '@samresa/instance'

export interface StackArguments extends InstanceArguments {
  /** Processes on this machine and servers that run already, in place of containers. */
  native: boolean
  /** Removes what the stack has made on the servers, and starts nothing. */
  wipe: boolean
  /** Names this installation on servers that others use too. */
  prefix?: string
}

const usage = `npm run stack -- [--native] [--json] [--data DIR] [--port-base N] [--no-demo] [--today YYYY-MM-DD] [--region FILE] [--prefix NAME] [--wipe]`

const own = { native: { type: 'boolean' }, wipe: { type: 'boolean' }, prefix: { type: 'string' } } as const

/** Reads the command line of `npm run stack`. Throws ArgumentFault. */
export function readArguments(args: string[], repository: string): StackArguments {
  const { instance, own: given } = readInstanceArguments(args, { usage, repository, defaultData: '.samresa-stack', own })
  if (given.prefix !== undefined && !/^[a-z][a-z0-9-]{0,30}$/.test(given.prefix)) {
    throw new ArgumentFault(`--prefix takes lower-case letters, digits and hyphens, a letter first, not "${given.prefix}"`)
  }
  return {
    ...instance,
    native: given.native ?? false,
    wipe: given.wipe ?? false,
    ...(given.prefix !== undefined && { prefix: given.prefix }),
  }
}
