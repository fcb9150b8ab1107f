export * from './master-key.ts'
export * from './seal.ts'
export type { SealedText } from './sealed-box.ts'
