import { requestKeycloakToken } from '@samresa/identity/keycloak-token-request'
import { type DataFolder, prepareDemo } from '@samresa/instance'
import type { StackLine } from './stack-line.ts'

/** The demonstration's participants by their scenario id, entered by its caseworker when they are not there yet. */
export function enterDemo(folder: DataFolder, scenarioFile: string, { keycloak, services }: StackLine): Promise<Record<string, string>> {
  const { journey = '', planning = '' } = services
  const caseworkerToken = async () => {
    const answer = await requestKeycloakToken(keycloak, 'anna')
    if (answer.outcome !== 'token') throw new Error('the realm gave no token for the demonstration’s caseworker')
    return answer.token
  }
  return prepareDemo({ folder, scenarioFile, caseworkerToken, services: { journey, planning } })
}
