import { type CommandResult, runCommand } from './commands.ts'
import type { Product } from './instance.ts'

/** Runs audit:verify on the product's record, whether it runs or has stopped. */
export function verifyRecord({ ready, data }: Product): Promise<CommandResult> {
  const where = ready.mongodb === undefined ? ['--data', data] : ['--mongodb', ready.mongodb.url, '--prefix', ready.mongodb.prefix]
  return runCommand('audit:verify', [...where, '--json'])
}
