import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto'

/** A text under a key: AES-256-GCM, nonce and ciphertext (with its tag at the end) in base64url. */
export interface SealedBox {
  nonce: string
  ciphertext: string
}

/** A box that says which of the subject's keys opens it. */
export interface SealedText extends SealedBox {
  kid: string
}

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

// One system call brings the randomness of many nonces; each byte is used once.
const randomness = Buffer.alloc(nonceBytes * 256)
let used = randomness.length

function freshNonce(): Buffer {
  if (used === randomness.length) {
    randomFillSync(randomness)
    used = 0
  }
  used += nonceBytes
  return randomness.subarray(used - nonceBytes, used)
}

/** `boundTo` is not secret: the box opens only beside the very same words. */
export function closeBox(key: KeyObject, boundTo: string, text: string | Buffer): SealedBox {
  const nonce = freshNonce()
  const cipher = createCipheriv(algorithm, key, nonce)
  cipher.setAAD(Buffer.from(boundTo))
  const head = typeof text === 'string' ? cipher.update(text, 'utf8') : cipher.update(text)
  // Nothing is left for the end in this mode, but only the end makes the tag.
  cipher.final()
  return { nonce: nonce.toString('base64url'), ciphertext: Buffer.concat([head, cipher.getAuthTag()]).toString('base64url') }
}

/** The content, or undefined when key, words or bytes are not those it was closed with. */
export function openBox(key: KeyObject, boundTo: string, box: SealedBox): Buffer | undefined {
  const nonce = Buffer.from(box.nonce, 'base64url')
  const bytes = Buffer.from(box.ciphertext, 'base64url')
  if (nonce.length !== nonceBytes || bytes.length < tagBytes) return undefined
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(boundTo))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  const head = decipher.update(bytes.subarray(0, -tagBytes))
  try {
    decipher.final()
    return head
  } catch {
    return undefined
  }
}
