import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** What a process was started with, as Linux tells; undefined elsewhere and when there is none. */
function commandLineOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return undefined
  }
}

/**
 * Ends what a killed stack has left running: of the pids that it wrote down those that still run the entry they were started with. They
 * would hold the ports, and everything they accept would be lost to nobody, but their addresses would not be told.
 */
export async function endLeftovers(pids: Readonly<Record<string, number>>, entryOf: (service: string) => string): Promise<void> {
  for (const [service, pid] of Object.entries(pids)) {
    const isOurs = () => commandLineOf(pid)?.includes(entryOf(service)) ?? false
    if (!isOurs()) continue
    process.kill(pid, 'SIGKILL')
    while (isOurs()) await pause(10)
  }
}
