import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Holds a data folder for this process, or answers undefined when another process holds it. The operating system lets go of the lock when
 * the process ends, however it ends, so a killed instance leaves nothing to clean up.
 */
export function holdFolder(folder: string): { release(): void } | undefined {
  const lock = new DatabaseSync(join(folder, 'instance.lock'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch {
    lock.close()
    return undefined
  }
  return { release: () => lock.close() }
}
