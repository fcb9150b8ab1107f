/** What our own services tell each other of a call beside the W3C `traceparent`, so that a call over a network is the same as one in the process. */
export const correlationKey = 'samresa-correlation-id'
export const purposeKey = 'samresa-purpose'
