import { isSpanContextValid, trace } from '@opentelemetry/api'
import { type DestinationStream, destination, type Level, pino, stdTimeFunctions } from 'pino'
import { type LogFields, loggable } from './log-fields.ts'

/** `message` is a constant text; what varies goes into the listed fields. */
export interface LogMethod {
  (fields: LogFields, message: string): void
  (message: string): void
}

/** Writes JSON lines with the listed fields only. */
export interface Logger {
  debug: LogMethod
  info: LogMethod
  warn: LogMethod
  error: LogMethod
  /** The same logger with these fields on every line. */
  child(fields: LogFields): Logger
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export interface LoggerOptions {
  service: string
  /** `info` by default. */
  level?: LogLevel
  /** Standard error by default: standard output belongs to the commands' answers. */
  destination?: DestinationStream
}

/** The log of one service. */
export function createLogger({
  service,
  level = 'info',
  destination: stream = destination({ dest: 2, sync: true }),
}: LoggerOptions): Logger {
  const lines = pino(
    { level, base: null, timestamp: stdTimeFunctions.isoTime, messageKey: 'message', formatters: { level: (label) => ({ level: label }) } },
    stream,
  )
  const loggerWith = (bound: Record<string, unknown>): Logger => {
    const method =
      (at: Level): LogMethod =>
      (first: LogFields | string, message?: string) => {
        if (!lines.isLevelEnabled(at)) return
        const fields = typeof first === 'string' ? {} : loggable(first)
        lines[at]({ ...bound, ...fields, ...activeTrace() }, typeof first === 'string' ? first : message)
      }
    return {
      debug: method('debug'),
      info: method('info'),
      warn: method('warn'),
      error: method('error'),
      child: (fields) => loggerWith({ ...bound, ...loggable(fields) }),
    }
  }
  return loggerWith({ service })
}

function activeTrace(): { traceId?: string; spanId?: string } {
  const context = trace.getActiveSpan()?.spanContext()
  return context !== undefined && isSpanContextValid(context) ? { traceId: context.traceId, spanId: context.spanId } : {}
}
