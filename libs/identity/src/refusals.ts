import { RejectionError, reject } from '@samresa/kernel'

/** One answer for every bad token: which check failed is for the log (`cause`), not for the caller. */
export const badToken = (reason: string): RejectionError =>
  new RejectionError(reject('unauthenticated', 'UNAUTHENTICATED', 'A valid access token is needed: log in again.'), {
    cause: new Error(reason),
  })

/** The issuer or its keys cannot be had: nobody's token is judged, and nobody is told to log in again. */
export const identityUnavailable = (reason: string): RejectionError =>
  new RejectionError(reject('unavailable', 'IDENTITY_UNAVAILABLE', 'Logins cannot be checked right now: try again in a few seconds.'), {
    cause: new Error(reason),
  })
