import { spawnSync } from 'node:child_process'
import { createTempFolder } from '../product/temp-folder.ts'

/** A file system of its own of so many megabytes, or why there can be none here. Disposing of it unmounts it. */
export function createSmallDisk(megabytes: number): { path: string; [Symbol.dispose](): void } | { reason: string } {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return { reason: 'needs root and the right to mount: not root' }
  const folder = createTempFolder('disk')
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder.path], { encoding: 'utf8' })
  if (mounted.status !== 0) {
    folder[Symbol.dispose]()
    return { reason: `needs root and the right to mount: ${(mounted.stderr ?? '').trim()}` }
  }
  return {
    path: folder.path,
    [Symbol.dispose]: () => {
      spawnSync('umount', [folder.path])
      folder[Symbol.dispose]()
    },
  }
}
