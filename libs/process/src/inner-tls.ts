import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Setting } from '@samresa/config'

/** How the services know each other: PEM. */
export interface InnerTls {
  cert: Buffer
  key: Buffer
  /** Who signed the certificates of the others. */
  ca: Buffer
}

/** The files of a Kubernetes TLS secret as cert-manager fills it. */
const files = { cert: 'tls.crt', key: 'tls.key', ca: 'ca.crt' }

export const innerTlsSetting = (): Setting<InnerTls> => ({
  name: 'INNER_TLS_FOLDER',
  meaning:
    'Where this service’s certificate lies: with it the services ask each other over TLS, all of them or none. The names of JOURNEY_ADDRESS and PLANNING_ADDRESS must stand in the certificates.',
  takes: `a folder with ${Object.values(files).join(', ')}`,
  example: '/run/certs',
  parse: (folder) => ({
    cert: readFileSync(join(folder, files.cert)),
    key: readFileSync(join(folder, files.key)),
    ca: readFileSync(join(folder, files.ca)),
  }),
})
