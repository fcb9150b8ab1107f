import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Setting } from '@samresa/config'

/** The files of a Kubernetes TLS secret as cert-manager fills it. */
const files = { cert: 'tls.crt', key: 'tls.key', ca: 'ca.crt' } as const
type Part = keyof typeof files

/** A folder with these parts, PEM. */
const folderWith = <P extends Part>(
  parts: readonly P[],
  named: Pick<Setting<unknown>, 'name' | 'meaning'>,
): Setting<Record<P, Buffer>> => ({
  ...named,
  takes: `a folder with ${parts.map((part) => files[part]).join(', ')}`,
  example: '/run/certs',
  parse: (folder) => Object.fromEntries(parts.map((part) => [part, readFileSync(join(folder, files[part]))])) as Record<P, Buffer>,
})

/** How the services know each other. `ca`: who signed the certificates of the others. */
export const innerTls = folderWith(['cert', 'key', 'ca'], {
  name: 'INNER_TLS_FOLDER',
  meaning:
    'Where this service’s certificate lies: with it the services ask each other over TLS, all of them or none. The names of JOURNEY_ADDRESS and PLANNING_ADDRESS must stand in the certificates.',
})

/** How the agencies know that they call us. */
export const gatewayTls = folderWith(['cert', 'key'], {
  name: 'GATEWAY_TLS_FOLDER',
  meaning: 'Where the certificate lies that the agencies see on GATEWAY_PORT. Without it something before this process must end their TLS.',
})
