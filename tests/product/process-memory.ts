import { readdirSync, readFileSync } from 'node:fs'

/** Memory that a process and its descendants hold, in MB, from /proc; undefined where there is no /proc. */
export function residentMegabytes(pid: number): number | undefined {
  try {
    const children = childrenByParent()
    const family = [pid]
    for (const member of family) family.push(...(children.get(member) ?? []))
    return family.reduce((sum, member) => sum + ownMegabytes(member), 0)
  } catch {
    return undefined
  }
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = parentOf(name)
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  return children
}

/** undefined when the process ended meanwhile. */
function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command's name stands in parentheses and may hold anything.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}

function ownMegabytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1] ?? 0) / 1024
}
