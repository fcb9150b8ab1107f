import type { LogFields } from './log-fields.ts'
import type { Logger } from './logger.ts'

/** The refusals whose cause the caller is not told; the others say all by themselves. */
const levels: Record<string, 'error' | 'info'> = { unavailable: 'error', 'storage-full': 'error', unauthenticated: 'info' }

/** Tells what lies behind a refusal that has a cause: at `error` when this side could not, at `info` when a token was not believed. */
export function logRefusal(logger: Logger, refusal: Error & { rejection: { kind: string; code: string } }, fields: LogFields): void {
  const { kind, code } = refusal.rejection
  const level = levels[kind]
  if (level !== undefined && refusal.cause !== undefined) logger[level]({ ...fields, kind, code, err: refusal }, 'A call was refused')
}
