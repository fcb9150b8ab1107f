import * as oidc from 'openid-client'

/** How the library names answers that no issuer gives: time-outs, and the pages of a proxy in front of it. */
const absenceCodes = ['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR']

/** True when a failed call says that the issuer could not be had; false when the issuer itself, or a check of its answer, said no. */
export function tellsAbsence(error: unknown): boolean {
  if (error instanceof oidc.ClientError) return absenceCodes.includes(error.code ?? '')
  // fetch rejects so when there is no connection.
  return error instanceof TypeError && error.message === 'fetch failed'
}
