export type { RegionFacts } from './domain/region.ts'
export { RegionFault, readRegion } from './region-file.ts'
export * from './service.ts'
