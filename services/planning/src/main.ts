// The process of planning on production engines. On the embedded ones every service runs in one process: infra/standalone.
// Telemetry comes before everything that it patches.
import '@samresa/telemetry/start'
import { runService } from '@samresa/process'
import { answeringInside, createInnerServer, openProductionEngines, openProductionSeal } from '@samresa/process/engines'
import { settings } from './config.ts'
import { createPlanningService } from './service.ts'

await runService({
  service: 'planning',
  settings,
  open: async (config, surroundings) => ({
    ...(await openProductionEngines(config, surroundings)),
    seal: await openProductionSeal(config, surroundings),
  }),
  serve: async (config, { deps, seal, peer }) => {
    const inner = createInnerServer(deps, config)
    const peers = { journey: peer(config.journeyAddress) }
    const planning = await createPlanningService({ ...deps, seal, inner, peers, region: config.region })
    return answeringInside(planning, inner, config)
  },
})
