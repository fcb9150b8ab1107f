import { Worker } from 'node:worker_threads'
import type { WriteJob, WriteOutcome } from './write-job.ts'
import { sizeOf } from './write-job.ts'

const largestGroup = 2000
const largestGroupBytes = 4 * 1024 * 1024

interface Waiting {
  job: WriteJob
  settle: (outcome: WriteOutcome) => void
}

/** The main side of the writer's thread. */
export interface WriterClient {
  /** Calls `settle` once, in the order of the jobs, when the job's group is written. An engine that is gone settles as `failed`. */
  write(job: WriteJob, settle: (outcome: WriteOutcome) => void): void
  /** Calls back after each group whose outcomes have been settled. */
  onGroup(listener: () => void): void
  /** Writes what is waiting, folds the log into the file and ends the thread. */
  close(): Promise<void>
}

/**
 * Starts the writer of a file. Group commit without timers: a job is sent at once when nothing is in flight; what comes while a group is in
 * flight makes the next group. Rejects when the file cannot be opened.
 */
export async function startWriter(file: string, reserveBytes: number): Promise<WriterClient> {
  const worker = new Worker(new URL('./writer.worker.ts', import.meta.url), {
    workerData: { file, reserveBytes },
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 },
  })
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve())
    worker.once('error', reject)
  })
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  let waiting: Waiting[] = []
  let inFlight: Waiting[] = []
  let gone: string | undefined
  let idle: (() => void) | undefined
  const listeners: (() => void)[] = []

  const send = () => {
    inFlight = waiting
    waiting = []
    let bytes = 0
    const end = inFlight.findIndex((one, index) => {
      bytes += sizeOf(one.job)
      return index >= largestGroup || (index > 0 && bytes > largestGroupBytes)
    })
    if (end > 0) waiting = inFlight.splice(end)
    if (inFlight.length > 0) worker.postMessage(inFlight.map((one) => one.job))
    else idle?.()
  }
  const fail = (message: string) => {
    gone = message
    const lost = [...inFlight, ...waiting]
    inFlight = []
    waiting = []
    for (const one of lost) one.settle(['failed', message])
    idle?.()
  }
  worker.on('message', (outcomes: WriteOutcome[]) => {
    const done = inFlight
    // The next group goes to the disk while this one is told.
    send()
    for (const [index, one] of done.entries()) one.settle(outcomes[index]!)
    for (const listener of listeners) listener()
  })
  worker.on('error', (error) => fail(String(error)))
  worker.on('exit', () => fail('The store is closed.'))

  return {
    write(job, settle) {
      if (gone !== undefined) return settle(['failed', gone])
      waiting.push({ job, settle })
      if (inFlight.length === 0) send()
    },
    onGroup: (listener) => listeners.push(listener),
    async close() {
      if (inFlight.length > 0 && gone === undefined) await new Promise<void>((resolve) => (idle = resolve))
      if (gone === undefined) {
        gone = 'The store is closed.'
        worker.postMessage('close')
      }
      await ended
    },
  }
}
