// The process of agency-sync on production engines. On the embedded ones every service runs in one process: infra/standalone.
// Telemetry comes before everything that it patches.
import '@samresa/telemetry/start'
import { createPublisher } from '@samresa/bus'
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
  serve: (config, { deps, seal, peer, cluster, owner }, surroundings) => {
    const { exportAgencies, gatewayPort, gatewayTls, journeyAddress, planningAddress } = config
    const peers = { journey: peer(journeyAddress), planning: peer(planningAddress) }
    const own = { ...deps, seal, gatewayPort, peers, ...(gatewayTls !== undefined && { gatewayTls }) }
    if (exportAgencies === undefined) return createAgencySyncService(own)
    const publisher = createPublisher(cluster)
    surroundings.add('publisher', publisher)
    const exports = { agencies: exportAgencies, publisher, leases: deps.store.leases, owner }
    return createAgencySyncService({ ...own, exports })
  },
})
