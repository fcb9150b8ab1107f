import { createHmac, timingSafeEqual } from 'node:crypto'

/** Positions in the outward feed as agencies hold them: opaque, and good for the agency they were given to only. */
export interface FeedCursors {
  write(agency: string, position: number): string
  /** The position, or undefined for a cursor that is forged, foreign or no cursor at all. */
  read(agency: string, cursor: string): number | undefined
}

const form = /^1\.(\d{1,15})\./

/** `key`: 32 bytes of this service alone. */
export function createFeedCursors(key: Buffer): FeedCursors {
  const write = (agency: string, position: number): string => {
    const signature = createHmac('sha256', key).update(`feed-cursor|${agency}|${position}`).digest('base64url').slice(0, 22)
    return Buffer.from(`1.${position}.${signature}`).toString('base64url')
  }

  return {
    write,
    read: (agency, cursor) => {
      const match = form.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
      if (match === null) return undefined
      // Held against the text itself: decoding is lenient, and would take a changed last character for the same cursor.
      const given = Buffer.from(cursor)
      const ours = Buffer.from(write(agency, Number(match[1])))
      return given.length === ours.length && timingSafeEqual(given, ours) ? Number(match[1]) : undefined
    },
  }
}
