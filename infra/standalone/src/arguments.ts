import { type InstanceArguments, readInstanceArguments } from '@samresa/instance'

export interface StartArguments extends InstanceArguments {
  /** Empties the data folder first. */
  reset: boolean
}

const usage = `npm start -s -- [--json] [--data DIR] [--port-base N] [--reset] [--no-demo] [--today YYYY-MM-DD] [--region FILE]`

/** Reads the command line of `npm start`. Throws ArgumentFault. */
export function readArguments(args: string[], repository: string): StartArguments {
  const command = { usage, repository, defaultData: '.samresa', own: { reset: { type: 'boolean' } } } as const
  const { instance, own } = readInstanceArguments(args, command)
  return { ...instance, reset: own.reset ?? false }
}
