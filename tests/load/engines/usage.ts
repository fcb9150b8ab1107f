import { readFileSync } from 'node:fs'
import { residentMegabytes } from '../../product/process-memory.ts'

export interface Usage {
  /** Of one core. */
  cpuPercent: number
  residentMB: number
}

const ticksPerSecond = 100

/** Processor time that a process has taken, in seconds, from /proc; undefined where there is none. */
function processorSeconds(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command's name stands in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  } catch {
    return undefined
  }
}

/** What each process takes while `work` runs; nothing about one that ends meanwhile, or where there is no /proc. */
export async function usageDuring<T>(
  pids: Record<string, number>,
  work: () => Promise<T>,
): Promise<{ result: T; usage: Record<string, Usage> }> {
  const before = Object.entries(pids).map(([name, pid]) => [name, pid, processorSeconds(pid)] as const)
  const began = performance.now()
  const result = await work()
  const seconds = (performance.now() - began) / 1000
  const usage = before.flatMap(([name, pid, from]) => {
    const [to, resident] = [processorSeconds(pid), residentMegabytes(pid)]
    if (from === undefined || to === undefined || resident === undefined) return []
    return [[name, { cpuPercent: Math.round(((to - from) / seconds) * 100), residentMB: Math.round(resident) }] as const]
  })
  return { result, usage: Object.fromEntries(usage) }
}
