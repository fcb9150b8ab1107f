import type { Logger } from '@samresa/telemetry'
import { type logCreator, logLevel } from 'kafkajs'

const longestMessage = 200

/** kafkajs's lines on our log: where, what and how often, nothing of what was carried. Its errors are warnings, since what uses it goes on by itself. */
export const kafkaLogCreator =
  (logger: Logger): logCreator =>
  () =>
  ({ namespace, level, log: { message, retryCount } }) => {
    const fields = { component: `kafkajs ${namespace}`, attempt: typeof retryCount === 'number' ? retryCount : undefined }
    const text = message.slice(0, longestMessage)
    if (level <= logLevel.WARN) logger.warn(fields, text)
    else logger.debug(fields, text)
  }

let filtered = false

/** kafkajs sets timers that are a millisecond late, for ever, and Node says so once: true and of no use to anybody. */
export function filterTimerWarning(): void {
  if (filtered) return
  filtered = true
  const emit = process.emitWarning
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    const [options] = rest
    const type = typeof options === 'string' ? options : (options as { type?: string } | undefined)?.type
    if (type !== 'TimeoutNegativeWarning') Reflect.apply(emit, process, [warning, ...rest])
  }) as typeof process.emitWarning
}
