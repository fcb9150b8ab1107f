import type { PositionedCommit } from '../commit-store.ts'

/** The newest commits in memory, so that several consumers at the tail share one parsed copy. Bounded by the bytes of their JSON. */
export function createCommitRing(start: number, mostBytes = 1024 * 1024) {
  let commits: (PositionedCommit | undefined)[] = []
  let sizes: number[] = []
  let first = 0
  let bytes = 0
  /** Everything after this position is in memory. */
  let floor = start

  const forgetOldest = () => {
    floor = commits[first]!.position
    bytes -= sizes[first]!
    commits[first++] = undefined
    if (first > 1024 && first * 2 > commits.length) {
      commits = commits.slice(first)
      sizes = sizes.slice(first)
      first = 0
    }
  }

  const indexAfter = (position: number): number => {
    let low = first
    let high = commits.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (commits[middle]!.position <= position) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    add(commit: PositionedCommit, size: number) {
      commits.push(commit)
      sizes.push(size)
      bytes += size
      while (bytes > mostBytes && first < commits.length - 1) forgetOldest()
    },
    /** The commits after a position, or undefined when they reach further back than memory does. */
    after(position: number, limit: number): PositionedCommit[] | undefined {
      if (position < floor) return undefined
      const index = indexAfter(position)
      return commits.slice(index, index + limit) as PositionedCommit[]
    },
  }
}
