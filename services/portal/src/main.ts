// The process of the portal. On the embedded engines every service runs in one process: infra/standalone.
// Telemetry comes before everything that it patches.
import '@samresa/telemetry/start'
import { runService } from '@samresa/process'
import { settings } from './config.ts'
import { createPortalService } from './service.ts'

await runService({
  service: 'portal',
  settings,
  open: async () => undefined,
  serve: ({ journeyUrl, planningUrl, agencySyncUrl, auditUrl, issuerInside, ...config }, _, { logger, health }) =>
    createPortalService({
      ...config,
      ...(issuerInside !== undefined && { insideUrl: issuerInside }),
      services: { journey: journeyUrl, planning: planningUrl, 'agency-sync': agencySyncUrl, audit: auditUrl },
      logger,
      health,
    }),
})
