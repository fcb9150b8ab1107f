export { createJourneyService, type JourneyDependencies, type JourneyService } from './service.ts'
