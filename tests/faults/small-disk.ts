import { spawnSync } from 'node:child_process'
import { createTempFolder } from '../product/temp-folder.ts'

/** A file system of its own below the temporary folder. Disposing of it unmounts it. */
export interface SmallDisk {
  path: string
  /** Gives it room for so many megabytes, as someone would who mends a full disk. */
  resize(megabytes: number): void
  [Symbol.dispose](): void
}

const run = (...args: string[]) => spawnSync(args[0]!, args.slice(1), { encoding: 'utf8' })

/** A disk of so many megabytes, or why there can be none here. */
export function createSmallDisk(megabytes: number): SmallDisk | { reason: string } {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return { reason: 'needs root and the right to mount: not root' }
  const folder = createTempFolder('disk')
  const mounted = run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder.path)
  if (mounted.status !== 0) {
    folder[Symbol.dispose]()
    return { reason: `needs root and the right to mount: ${(mounted.stderr ?? '').trim()}` }
  }
  return {
    path: folder.path,
    resize: (size) => {
      const resized = run('mount', '-o', `remount,size=${size}m`, folder.path)
      if (resized.status !== 0) throw new Error(`cannot resize the disk: ${resized.stderr}`)
    },
    [Symbol.dispose]: () => {
      run('umount', '--lazy', folder.path)
      folder[Symbol.dispose]()
    },
  }
}
