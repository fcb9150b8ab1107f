import { clientId, engineSettings, innerSettings, sealSettings } from '@samresa/process/settings'

/** What journey reads from its environment. */
export const settings = { ...engineSettings, ...innerSettings, ...sealSettings, clientId: clientId('journey-service') }
