// The writers of all stores of a process, in one thread, so that writing and the event loop use a core each.
import { parentPort } from 'node:worker_threads'
import type { WriteOutcome } from './write-job.ts'
import { openWriter, type Writer } from './writer.ts'
import type { ThreadAnswer, ThreadRequest } from './writer-thread.messages.ts'

const port = parentPort!
const writers = new Map<number, Writer>()
let files: number[] = []
let outcomes: WriteOutcome[] = []

const answer = (message: ThreadAnswer) => port.postMessage(message)

/** What is settled in one turn goes back as one message: waking a thread costs more than a row. */
const tellAll = () => {
  answer({ tell: 'written', files, outcomes })
  files = []
  outcomes = []
}

const settle = (file: number) => (outcome: WriteOutcome) => {
  if (outcomes.length === 0) setImmediate(tellAll)
  files.push(file)
  outcomes.push(outcome)
}

const open = ({ file, path, reserveBytes }: Extract<ThreadRequest, { ask: 'open' }>) => {
  try {
    writers.set(file, openWriter(path, reserveBytes))
    answer({ tell: 'opened', file })
  } catch (error) {
    answer({ tell: 'opened', file, error: String(error) })
  }
}

port.on('message', (request: ThreadRequest) => {
  switch (request.ask) {
    case 'open':
      return open(request)
    case 'write':
      for (const [index, job] of request.jobs.entries()) {
        const file = request.files[index]!
        writers.get(file)!.write(job, settle(file))
      }
      return
    case 'close':
      writers
        .get(request.file)!
        .close()
        .finally(() => setImmediate(() => answer({ tell: 'closed', file: request.file })))
  }
})
