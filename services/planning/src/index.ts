export type { RegionFacts } from './domain/region.ts'
export * from './service.ts'
