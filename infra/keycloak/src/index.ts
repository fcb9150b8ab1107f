export type { Admin, AdminUser } from './admin-api.ts'
export * from './apply-realm.ts'
export * from './keep-linking.ts'
export * from './participants.ts'
