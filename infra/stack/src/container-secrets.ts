import { existsSync, renameSync } from 'node:fs'
import { clientIds } from '@samresa/identity'
import type { DataFolder } from '@samresa/instance'
import { openSecretsFolder } from '@samresa/realm'
import { readOrMakeMasterKey } from '@samresa/seal'

/** The clients of the realm that are programs in containers of ours. */
const clients = [clientIds.portal, ...clientIds.services, 'participant-writer']

/**
 * Makes the secrets that docker-compose.yml gives to single containers, where they are not there yet: no container can be made before the file
 * that it is given. The realm takes the secret that a client has here.
 */
export function makeContainerSecrets(folder: DataFolder): void {
  const secrets = openSecretsFolder(folder.path('secrets'))
  for (const client of clients) if (secrets.read(client) === undefined) secrets.keep(client)
  // Where earlier versions kept it, and every container could read it.
  const formerly = folder.path('secrets/master.key')
  if (existsSync(formerly) && !existsSync(folder.path('master.key'))) renameSync(formerly, folder.path('master.key'))
  readOrMakeMasterKey(folder.path('master.key'))
}
