import type { DataFolder } from '@samresa/instance'
import type { StackLine } from './stack-line.ts'

/** A stack that has been launched. */
export interface RunningStack {
  /** Waits until every service is ready, and the demonstration's people are entered. */
  whenReady(): Promise<StackLine>
  /** Rejects, before it is ready or later, when a service cannot use its settings: with an ArgumentFault that says which and why. */
  refused: Promise<never>
  /** Ends what was launched, from the outside in, within fifteen seconds. Never rejects. */
  close(): Promise<void>
}

export interface StackSurroundings {
  repository: string
  folder: DataFolder
  say(text: string): void
}
