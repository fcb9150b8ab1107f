/** Where an issuer with Keycloak's paths is found. */
export interface IssuerAddress {
  /** Its public name: `iss` of its tokens to the letter, and where browsers are sent. */
  issuer: string
  /** The same realm as this process reaches it. */
  inside: string
  /** Its keys, inside. */
  jwksUrl: string
  /** Where tokens are asked for, inside. */
  tokenUrl: string
}

/**
 * `insideUrl`: the issuer's URL as seen from inside, with its path (`http://keycloak:8080/realms/samresa`), when services do not reach it by
 * its public name.
 */
export function issuerAddress(issuer: string, insideUrl: string = issuer): IssuerAddress {
  const endpoints = `${insideUrl}/protocol/openid-connect`
  return { issuer, inside: insideUrl, jwksUrl: `${endpoints}/certs`, tokenUrl: `${endpoints}/token` }
}
