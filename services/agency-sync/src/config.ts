import { list, optional, port } from '@samresa/config'
import { type Agency, agencies } from '@samresa/kernel'
import { clientId, engineSettings, gatewayTls, journeyAddress, planningAddress, sealSettings } from '@samresa/process/settings'

/** What agency-sync reads from its environment. */
export const settings = {
  ...engineSettings,
  ...sealSettings,
  clientId: clientId('agency-sync-service'),
  journeyAddress,
  planningAddress,
  gatewayPort: port('GATEWAY_PORT', { meaning: 'Where the agencies call AgencyGatewayService (gRPC).', example: '8443' }),
  gatewayTls: optional(gatewayTls),
  exportAgencies: optional(
    list<Agency>(
      'EXPORT_AGENCIES',
      { takes: `agencies among ${agencies.join(', ')}, separated by commas`, item: (text) => agencies.find((agency) => agency === text) },
      {
        meaning:
          'Agencies that also get their plan changes as a Kafka topic of their own, `out.<agency>.plan.v1`, filtered as on their stream.',
        example: 'AF,FK',
      },
    ),
  ),
}
