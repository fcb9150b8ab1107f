/** Whom a token may be meant for: one audience per service. */
export const serviceAudiences = [
  'journey-api',
  'planning-api',
  'agency-sync-api',
  'notification-api',
  'translation-api',
  'audit-api',
] as const
export type ServiceAudience = (typeof serviceAudiences)[number]

/** The clients that may have asked for a token (`azp`). The token command's is for demonstrations only. */
export const clientIds = {
  portal: 'portal',
  systems: ['af-system', 'fk-system'],
  services: ['journey-service', 'planning-service', 'agency-sync-service', 'audit-service', 'participant-linker'],
  tokenCommand: 'token-command',
} as const

/** Tokens of these clients alone may carry the role `service`. */
export const isServiceClient = (azp: unknown): boolean => clientIds.services.some((id) => id === azp)

/** The allow list of an installation on Keycloak: the portal, the agencies' machines, our own services. */
export const productionAzps: readonly string[] = [clientIds.portal, ...clientIds.systems, ...clientIds.services]

/** The same with the token command. */
export const demoAzps: readonly string[] = [...productionAzps, clientIds.tokenCommand]
