import type { CommitDraft } from './commit.ts'

/** A draft with `count` events, for tests. */
export const aDraft = (stream: string, commitId: string, count = 1): CommitDraft => ({
  stream,
  commitId,
  events: Array.from({ length: count }, (_, index) => ({
    id: `${commitId}/${index}`,
    type: 'samresa.test.v1.Noted',
    subject: 'p1',
    time: '2026-04-28T06:00:00.000Z',
    data: { note: 'å', index },
  })),
  actor: { user: 'anna', role: 'caseworker', agency: 'AME' },
  purpose: 'planning',
  correlationId: `c-${commitId}`,
  causationId: 'e0',
  at: '2026-04-28T06:00:01.000Z',
})
