/** The part of oidc-provider that is used; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export interface Client {
    clientId: string
    grantTypeAllowed(type: string): boolean
  }

  export interface Grant {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }

  export interface Context {
    body: unknown
    type: string
    status: number
    oidc: {
      client: Client
      session: { accountId: string }
      provider: Provider
      entities: { AuthorizationCode?: { sid?: string }; RefreshToken?: { sid?: string } }
    }
  }

  export interface IssuedToken {
    accountId?: string
    clientId: string
  }

  export interface IssuedJwt {
    header: Record<string, unknown> | undefined
    payload: Record<string, unknown>
  }

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>)
    Grant: new (of: {
      clientId: string
      accountId: string
    }) => Grant
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<{ uid: string }>
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: { login: { accountId: string } },
      options: { mergeWithLastSubmission: boolean },
    ): Promise<void>
    on(event: string, listener: (context: Context, error: Error) => void): this
  }
}
