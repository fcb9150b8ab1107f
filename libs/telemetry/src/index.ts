export type { LogFields } from './log-fields.ts'
export * from './logger.ts'
export * from './refusal-log.ts'
export * from './traceparent.ts'
