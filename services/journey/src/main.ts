// The process of journey on production engines. On the embedded ones every service runs in one process: infra/standalone.
// Telemetry comes before everything that it patches.
import '@samresa/telemetry/start'
import { runService } from '@samresa/process'
import { answeringInside, createInnerServer, openProductionEngines, openProductionSeal } from '@samresa/process/engines'
import { settings } from './config.ts'
import { createJourneyService } from './service.ts'

await runService({
  service: 'journey',
  settings,
  open: async (config, surroundings) => ({
    ...(await openProductionEngines(config, surroundings)),
    seal: await openProductionSeal(config, surroundings),
  }),
  serve: async (config, { deps, seal }) => {
    const inner = createInnerServer(deps, config)
    return answeringInside(await createJourneyService({ ...deps, seal, inner }), inner, config)
  },
})
