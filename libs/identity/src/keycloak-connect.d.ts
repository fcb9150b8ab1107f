/** The part of keycloak-connect that is used: the token checks of its grant manager, without its middleware. */
declare module 'keycloak-connect/middleware/auth-utils/grant-manager.js' {
  import type { KeyObject } from 'node:crypto'

  export interface CheckedToken {
    header: Record<string, unknown>
    content: Record<string, unknown>
  }

  export default class GrantManager {
    constructor(config: { realmUrl: string; clientId: string; bearerOnly: boolean; verifyTokenAudience: boolean })
    rotation: { getJWK(kid: string): Promise<KeyObject> }
    createGrant(tokens: { access_token: string }): Promise<{ access_token: CheckedToken }>
  }
}
