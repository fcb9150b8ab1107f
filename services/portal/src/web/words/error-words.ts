import { ApiError } from '../api/client.ts'
import { messages } from './messages.ts'

const codesForStatus: Record<number, keyof typeof messages.errors> = {
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  412: 'STALE',
  507: 'STORAGE_FULL',
}

/** What to tell a person about a failed call: what stands now, and what to do. */
export function errorInWords(error: unknown): string {
  if (!(error instanceof ApiError)) return messages.errors.other
  const texts: Record<string, string> = messages.errors
  return texts[error.code] ?? texts[codesForStatus[error.status] ?? 'other'] ?? messages.errors.other
}
