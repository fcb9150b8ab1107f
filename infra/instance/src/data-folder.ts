import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { holdFolder } from '@samresa/store'

/** Another running instance holds the folder. */
export class FolderInUse extends Error {
  override name = 'FolderInUse'
}

export interface DataFolder {
  path(name: string): string
  read<T>(name: string): T | undefined
  /** Replaces the file whole; readable by its owner only. */
  write(name: string, content: unknown): void
  remove(name: string): void
  /** Removes everything but the hold on it. */
  empty(): void
  release(): void
}

/** Where the instance that runs on the folder can be reached; there while it runs. */
export const instanceFile = 'instance.json'

/** Takes the folder for this process, emptied first when `reset`; what a killed instance said about where it is goes. Throws FolderInUse, or the reason why it cannot be made. */
export function openDataFolder(folder: string, reset: boolean): DataFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const lock = holdFolder(folder)
  if (lock === undefined) throw new FolderInUse(`${folder} is in use by another instance: stop it, or choose another folder with --data`)
  const empty = () => {
    for (const name of readdirSync(folder)) if (!name.startsWith('instance.lock')) rmSync(join(folder, name), { recursive: true })
  }
  if (reset) empty()
  rmSync(join(folder, instanceFile), { force: true })
  return {
    path: (name) => join(folder, name),
    read: (name) => readJson(join(folder, name)),
    write: (name, content) => {
      const draft = join(folder, `${name}.new`)
      writeFileSync(draft, JSON.stringify(content), { mode: 0o600 })
      renameSync(draft, join(folder, name))
    },
    remove: (name) => rmSync(join(folder, name), { force: true }),
    empty,
    release: () => lock.release(),
  }
}

function readJson<T>(file: string): T | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  return JSON.parse(text) as T
}
