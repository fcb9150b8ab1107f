export type { Part } from './lifecycle.ts'
export * from './production-engines.ts'
export * from './run-service.ts'
