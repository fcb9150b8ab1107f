import { createHmac } from 'node:crypto'

/** Names the content of a message. Keyed, because a plain hash of a report could be tried out against a person's number. */
export type ContentHash = (content: unknown) => string

/** `key`: 32 bytes of this service alone. The content must be in its canonical form: equal contents are equal JSON. */
export const contentHashWith =
  (key: Buffer): ContentHash =>
  (content) =>
    createHmac('sha256', key).update(JSON.stringify(content)).digest('base64url')
