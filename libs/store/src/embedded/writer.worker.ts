// The one writer of a store's file, in a thread of its own so that a slow disk never stops the event loop.
import { parentPort, workerData } from 'node:worker_threads'
import { openForWriting } from './database.ts'
import { createFreeSpace } from './free-space.ts'
import { createGroupTransaction } from './group-transaction.ts'
import type { WriteJob } from './write-job.ts'

const { file, reserveBytes } = workerData as { file: string; reserveBytes: number }
const port = parentPort!
const db = openForWriting(file, reserveBytes)
const write = createGroupTransaction(db, createFreeSpace(db, file, reserveBytes))

port.on('message', (jobs: WriteJob[] | 'close') => {
  if (jobs !== 'close') return port.postMessage(write(jobs))
  try {
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    db.close()
    port.close()
  }
})
port.postMessage('ready')
