import type { DataFolder } from '@samresa/instance'
import { removeRealm } from '@samresa/realm'
import { dropMongoDatabases, mongoDatabaseOf } from '@samresa/store'
import { removeTopics } from '@samresa/topics'
import { withBrokers } from './broker.ts'
import { openInstallation } from './installation.ts'
import type { Servers } from './servers.ts'
import { services } from './service-environments.ts'

/** Removes what the folder's installation has on the servers: its databases, topics and groups, its realm. Then what the folder holds. */
export async function removeInstallation(folder: DataFolder, prefix: string | undefined, servers: Servers): Promise<void> {
  const installation = openInstallation(folder, prefix)
  const names = [...services, 'keys'].map((name) => mongoDatabaseOf(installation.databasePrefix, name))
  await dropMongoDatabases({ url: servers.mongodbUrl, names })
  await withBrokers(servers.kafkaBrokers, installation.topicPrefix, (cluster) => removeTopics({ cluster }))
  await removeRealm({ keycloak: servers.keycloakUrl, admin: servers.admin, realm: installation.realm })
  folder.empty()
}
