import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readCommitRows, readDocumentRows } from '@samresa/store'
import { CannotVerify, type EvidenceSource, type VerifyReport, verifyEvidence } from './verify.ts'

const suffix = '.db'

/** Checks an embedded instance's data folder, beside the running instance too. Rejects with CannotVerify. */
export async function verifyDataFolder(folder: string): Promise<VerifyReport> {
  const source = evidenceIn(folder)
  try {
    return await verifyEvidence(source)
  } catch (error) {
    throw new CannotVerify(`the data in ${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

/** One file for each service. */
function evidenceIn(folder: string): EvidenceSource {
  if (!existsSync(folder)) throw new CannotVerify(`there is no folder ${folder}: start the instance once, or name its folder with --data`)
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .sort()
  if (files.length === 0) throw new CannotVerify(`there is no data in ${folder}: name the instance's folder with --data`)
  const fileOf = (service: string) => join(folder, `${service}${suffix}`)
  return {
    services: files.map((file) => basename(file, suffix)),
    commitRows: (service, stream) => readCommitRows(fileOf(service), stream),
    documentRows: (service, collection) => readDocumentRows(fileOf(service), collection),
  }
}
