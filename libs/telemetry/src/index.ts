export * from './log-fields.ts'
export * from './logger.ts'
export * from './traceparent.ts'
