import { clientId, engineSettings, journeyAddress } from '@samresa/process/settings'

/** What audit reads from its environment. */
export const settings = { ...engineSettings, clientId: clientId('audit-service'), journeyAddress }
