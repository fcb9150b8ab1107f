export type { Admin } from './admin-api.ts'
export * from './apply-realm.ts'
export * from './participants.ts'
