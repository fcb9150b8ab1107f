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

/** The clients that may have asked for a token (`azp`): the portal, the machines of the agencies, and the token command of the embedded issuer. */
export const clientIds = { portal: 'portal', systems: ['af-system', 'fk-system'], tokenCommand: 'token-command' } as const

/** Every client of {@link clientIds}: the allow list of an installation with the embedded issuer. */
export const knownAzps: readonly string[] = [clientIds.portal, ...clientIds.systems, clientIds.tokenCommand]
