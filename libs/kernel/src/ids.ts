import { createHash, randomUUID } from 'node:crypto'

/** A random UUID (v4): tells nothing about when or where it was made. */
export const newId = (): string => randomUUID()

/** A UUID (v8) that is the same for the same words, for identities that follow from what they identify. */
export function idFrom(...words: string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(words)).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** `(agency, ref)` identifies a measure of a participant; planning and agency-sync name it alike without asking each other. */
export const measureIdFrom = (participantId: string, owner: string, ref: string): string => idFrom('measure', participantId, owner, ref)
