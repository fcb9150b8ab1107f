import { MongoClient } from 'mongodb'
import { settings } from './connect.ts'

const unreadable =
  'is nothing that the driver can read: a user name or password has characters that must be percent-encoded, a host or port is none, or an option is unknown or does not go with the others'

/** An "@" behind the one that ends the password, as in `user:half@half/half@host`: the driver takes the middle for the host. */
const withSecondAt = /^[^@?]*@[^@?]*@/

/**
 * Why nothing can ever be reached at this address, in words that show nothing of it; undefined when the driver takes it. Nobody is asked: a
 * name that does not resolve may resolve later.
 */
export function mongoUrlFault(url: string): string | undefined {
  if (!/^mongodb(\+srv)?:\/\//.test(url)) return 'must begin with mongodb:// or mongodb+srv://'
  if (withSecondAt.test(url)) return unreadable
  try {
    // It only reads the address: connecting is another call.
    new MongoClient(url, settings)
    return undefined
  } catch {
    // The driver's own words may quote a part of the password: one with a "?" in it looks like an option.
    return unreadable
  }
}
