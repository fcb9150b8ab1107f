import type { WriteJob, WriteOutcome } from './write-job.ts'

/** What the main side asks of the thread; files are named by number. */
export type ThreadRequest =
  | { ask: 'open'; file: number; path: string; reserveBytes: number }
  | { ask: 'write'; files: number[]; jobs: WriteJob[] }
  | { ask: 'close'; file: number }

/** What the thread answers: outcomes of a file come in the order of its jobs. */
export type ThreadAnswer =
  | { tell: 'opened'; file: number; error?: string }
  | { tell: 'written'; files: number[]; outcomes: WriteOutcome[] }
  | { tell: 'closed'; file: number }
