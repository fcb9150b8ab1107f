import { randomUUID } from 'node:crypto'

/** Told apart from every other call of every process: whoever finds it in a document has written that document itself. */
export interface CallMark {
  /** The opened store. */
  writer: string
  number: number
}

export interface CallMarks {
  readonly writer: string
  next(): CallMark
}

export function createCallMarks(): CallMarks {
  const writer = randomUUID()
  let number = 0
  return { writer, next: () => ({ writer, number: ++number }) }
}

export const isSameCall = (a: CallMark | undefined, b: CallMark): boolean => a?.writer === b.writer && a.number === b.number
