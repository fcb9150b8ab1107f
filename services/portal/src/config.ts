import { url } from '@samresa/config'
import { clientId, edgeSettings, identitySettings, overTls } from '@samresa/process/edge-settings'

const service = (name: string, shortName: string) =>
  url(name, { meaning: `Where ${shortName} answers REST inside.`, example: `http://${shortName}:8080` })

/** What the portal reads from its environment. */
export const settings = {
  ...edgeSettings,
  ...identitySettings,
  clientId: clientId('portal'),
  publicUrl: url('PUBLIC_URL', {
    meaning: 'The address that browsers use for the pages; the issuer sends them back there.',
    example: 'https://samresa.example.se',
    refusedInProduction: overTls,
  }),
  journeyUrl: service('JOURNEY_URL', 'journey'),
  planningUrl: service('PLANNING_URL', 'planning'),
  agencySyncUrl: service('AGENCY_SYNC_URL', 'agency-sync'),
  auditUrl: service('AUDIT_URL', 'audit'),
}
