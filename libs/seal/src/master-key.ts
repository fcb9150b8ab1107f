import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const keyBytes = 32

function readKey(file: string): Buffer | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const key = Buffer.from(text, 'base64url')
  if (key.length !== keyBytes) throw new Error('the master key file is damaged: put back a copy of it, a new key could open nothing')
  return key
}

/** The key appears whole or not at all, and survives loss of power before the first text is sealed with it. */
function placeKey(file: string, key: Buffer): void {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  const handle = openSync(draft, 'wx', 0o600)
  try {
    writeSync(handle, `${key.toString('base64url')}\n`)
    fsyncSync(handle)
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    closeSync(handle)
    rmSync(draft)
  }
  const folder = openSync(dirname(file), 'r')
  fsyncSync(folder)
  closeSync(folder)
}

/** The master key kept in `file` (readable by its owner only), made at first use. Without this file every sealed text is lost: back it up apart. */
export function readOrMakeMasterKey(file: string): Buffer {
  const existing = readKey(file)
  if (existing !== undefined) return existing
  mkdirSync(dirname(file), { recursive: true })
  placeKey(file, randomBytes(keyBytes))
  return readKey(file) as Buffer
}
