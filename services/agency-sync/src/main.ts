// The process of agency-sync on production engines. On the embedded ones every service runs in one process: infra/standalone.
// Telemetry comes before everything that it patches.
import '@samresa/telemetry/start'
import { runService } from '@samresa/process'
import { openProductionEngines, openProductionSeal } from '@samresa/process/engines'
import { settings } from './config.ts'
import { createAgencySyncService } from './service.ts'

await runService({
  service: 'agency-sync',
  settings,
  open: async (config, surroundings) => ({
    ...(await openProductionEngines(config, surroundings)),
    seal: await openProductionSeal(config, surroundings),
  }),
  serve: (config, { deps, seal, peer }) =>
    createAgencySyncService({
      ...deps,
      seal,
      gatewayPort: config.gatewayPort,
      peers: { journey: peer(config.journeyAddress), planning: peer(config.planningAddress) },
    }),
})
