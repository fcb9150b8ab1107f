// The process of audit on production engines. On the embedded ones every service runs in one process: infra/standalone.
// Telemetry comes before everything that it patches.
import '@samresa/telemetry/start'
import { runService } from '@samresa/process'
import { openProductionEngines } from '@samresa/process/engines'
import { settings } from './config.ts'
import { createAuditService } from './service.ts'

await runService({
  service: 'audit',
  settings,
  open: (config, surroundings) => openProductionEngines(config, surroundings),
  serve: (config, { deps, peer }) => createAuditService({ ...deps, peers: { journey: peer(config.journeyAddress) } }),
})
