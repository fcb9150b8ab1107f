export * from './decider-spec.ts'
export * from './test-clock.ts'
export * from './test-store.ts'
