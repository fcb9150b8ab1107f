import type { EventRecord } from './event-bus.ts'

/** An event of the service `teller`, alone in its commit, for tests. */
export const anEvent = (stream: string, version: number): EventRecord => ({
  id: `${stream}-${version}`,
  type: 'samresa.teller.v1.Noted',
  source: 'teller',
  subject: 'p',
  time: '2026-04-28T06:00:00.000Z',
  stream,
  version,
  correlationId: 'c',
  at: '2026-04-28T06:00:00.000Z',
  actor: 'anna',
  data: {},
  commit: { seq: version, hash: 'h', last: true },
})
