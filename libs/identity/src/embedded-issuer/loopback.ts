const loopbackHosts = ['127.0.0.1', 'localhost', '[::1]', '::1']

/** The embedded issuer asks for no password: it serves this machine only, and never a production. Throws otherwise. */
export function requireDemonstration(host: string, portalUrl: string): void {
  if (process.env['NODE_ENV'] === 'production')
    throw new Error('the embedded issuer does not start with NODE_ENV=production: set up Keycloak')
  for (const name of [host, new URL(portalUrl).hostname]) {
    if (!loopbackHosts.includes(name)) throw new Error('the embedded issuer serves loopback addresses only')
  }
}
