import { mongoDatabaseOf, mongoUrlFault, openMongoEvidence } from '@samresa/store'
import { witnessedServices } from './application/witness.ts'
import { CannotVerify, type VerifyReport, verifyEvidence } from './verify.ts'

export interface MongoInstallation {
  url: string
  /** What the names of the services' databases begin with. */
  prefix: string
}

/** Checks an installation on MongoDB, beside its running processes too. Rejects with CannotVerify. */
export async function verifyMongoInstallation({ url, prefix }: MongoInstallation): Promise<VerifyReport> {
  const databaseOf = (service: string) => mongoDatabaseOf(prefix, service)
  const fault = mongoUrlFault(url)
  if (fault !== undefined) throw new CannotVerify(`the address of MongoDB ${fault}`)
  try {
    const evidence = await openMongoEvidence({ url, appName: 'samresa-audit-verify' })
    try {
      const are = await Promise.all(witnessedServices.map((service) => evidence.has(databaseOf(service))))
      const services = witnessedServices.filter((_, index) => are[index])
      if (services.length === 0) throw new Error('there is no data, name their prefix with --prefix')
      return await verifyEvidence({
        services,
        commitRows: (service, stream) => evidence.commitRows(databaseOf(service), stream),
        documentRows: (service, collection) => evidence.documentRows(databaseOf(service), collection),
      })
    } finally {
      await evidence.close()
    }
  } catch (error) {
    throw new CannotVerify(`the databases ${prefix}… cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}
