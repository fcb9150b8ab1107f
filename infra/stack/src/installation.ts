import { randomBytes } from 'node:crypto'
import { ArgumentFault, type DataFolder } from '@samresa/instance'

/** What tells this installation from others on the same servers. */
export interface Installation {
  realm: string
  databasePrefix: string
  topicPrefix: string
}

const file = 'installation.json'

/** The folder's installation, the same at every start. Throws ArgumentFault when `prefix` is another one's. */
export function openInstallation(folder: DataFolder, prefix: string | undefined): Installation {
  const kept = folder.read<{ prefix: string }>(file)?.prefix
  if (kept !== undefined && prefix !== undefined && prefix !== kept) {
    throw new ArgumentFault(`this folder belongs to the installation "${kept}": choose another folder with --data`)
  }
  const name = kept ?? prefix ?? `samresa-${randomBytes(3).toString('hex')}`
  folder.write(file, { prefix: name })
  return { realm: name, databasePrefix: `${name.replaceAll('-', '_')}_`, topicPrefix: `${name}.` }
}
