import { Worker } from 'node:worker_threads'
import type { WriteJob, WriteOutcome } from './write-job.ts'
import type { Writer } from './writer.ts'
import type { ThreadAnswer, ThreadRequest } from './writer-thread.messages.ts'

/** A thread that does the writing of several stores. */
export interface WriterThread {
  /** Opens a file's writer there. Rejects when the file cannot be opened. */
  open(path: string, reserveBytes: number): Promise<Writer>
  /** Ends the thread; its writers have been closed before. */
  close(): Promise<void>
}

type Settle = (outcome: WriteOutcome) => void

interface OpenFile {
  waiting: Settle[]
  listeners: (() => void)[]
  opened: (error?: string) => void
  closed: () => void
}

/** Starts the thread. What all stores ask in one turn of the event loop goes over as one message. */
export function startWriterThread(): WriterThread {
  const worker = new Worker(new URL('./writer.worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 8 },
  })
  const files = new Map<number, OpenFile>()
  let asked: { files: number[]; jobs: WriteJob[] } = { files: [], jobs: [] }
  let gone: string | undefined

  const ask = (request: ThreadRequest) => worker.postMessage(request)
  const send = () => {
    ask({ ask: 'write', ...asked })
    asked = { files: [], jobs: [] }
  }

  const told = ({ files: told, outcomes }: Extract<ThreadAnswer, { tell: 'written' }>) => {
    for (const [index, outcome] of outcomes.entries()) files.get(told[index]!)!.waiting.shift()!(outcome)
    for (const file of new Set(told)) for (const listener of files.get(file)!.listeners) listener()
  }
  worker.on('message', (message: ThreadAnswer) => {
    if (message.tell === 'written') return told(message)
    const file = files.get(message.file)!
    if (message.tell === 'opened') return file.opened(message.error)
    files.delete(message.file)
    file.closed()
  })
  const fail = (reason: string) => {
    gone ??= reason
    for (const { waiting, opened, closed } of files.values()) {
      for (const settle of waiting.splice(0)) settle(['failed', reason])
      opened(reason)
      closed()
    }
    files.clear()
  }
  worker.on('error', (error) => fail(String(error)))
  const ended = new Promise<void>((resolve) =>
    worker.once('exit', () => {
      fail('The store is closed.')
      resolve()
    }),
  )

  let opened = 0
  return {
    async open(path, reserveBytes) {
      const id = opened++
      const file: OpenFile = { waiting: [], listeners: [], opened: () => undefined, closed: () => undefined }
      files.set(id, file)
      const error = await new Promise<string | undefined>((resolve) => {
        file.opened = resolve
        ask({ ask: 'open', file: id, path, reserveBytes })
      })
      if (error !== undefined) {
        files.delete(id)
        throw new Error(error)
      }
      let closing = false
      return {
        write(job, settle) {
          if (closing || gone !== undefined) return settle(['failed', gone ?? 'The store is closed.'])
          file.waiting.push(settle)
          if (asked.jobs.length === 0) setImmediate(send)
          asked.files.push(id)
          asked.jobs.push(job)
        },
        onGroup: (listener) => file.listeners.push(listener),
        async close() {
          if (gone !== undefined) return
          closing = true
          const done = new Promise<void>((resolve) => {
            file.closed = resolve
          })
          // After the jobs that are about to be sent in this turn.
          setImmediate(() => ask({ ask: 'close', file: id }))
          await done
        },
      }
    },
    async close() {
      await worker.terminate()
      await ended
    },
  }
}
