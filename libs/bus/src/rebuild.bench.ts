// How fast a dropped read model is built again: 100,000 events over 1,000 streams, one row each. Prints JSON.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyHead, headOf, openEmbeddedStore } from '@samresa/store'
import { createLogger } from '@samresa/telemetry'
import { createEmbeddedBus } from './embedded/embedded-bus.ts'
import { subscribeProjection } from './projection.ts'

const streams = 1000
const eventsPerStream = 100
const folder = mkdtempSync(join(tmpdir(), 'samresa-rebuild-'))
const source = await openEmbeddedStore({ file: join(folder, 'source.sqlite') })
const target = await openEmbeddedStore({ file: join(folder, 'target.sqlite') })
const text = 'x'.repeat(500)

const fill = async (index: number) => {
  const participantId = `participant-${index}`
  let head = emptyHead
  for (let n = 1; n <= eventsPerStream; n++) {
    const id = `${participantId}-${n}`
    const event = { id, type: 'samresa.bench.v1.Noted', subject: participantId, time: '2026-04-28T06:00:00.000Z', data: { n, text } }
    const result = await source.commits.append(
      {
        stream: participantId,
        commitId: id,
        events: [event],
        actor: { user: 'bench', role: 'service' },
        purpose: 'planning',
        correlationId: id,
        at: '2026-04-28T06:00:00.000Z',
      },
      head,
    )
    if (result.outcome !== 'appended') throw new Error(result.outcome)
    head = headOf(result.commit)
  }
}
await Promise.all(Array.from({ length: streams }, (_, index) => fill(index)))

const bus = createEmbeddedBus({ logs: { source: source.commits }, documents: target.documents, logger: createLogger({ service: 'bench' }) })
const began = performance.now()
const cpu = process.cpuUsage()
const consumer = await subscribeProjection({
  bus,
  documents: target.documents,
  name: 'rows-v1',
  sources: ['source'],
  rows: ({ id, subject, data }) => [{ op: 'put', collection: 'rows', document: { id: `${subject}/${id}`, body: data } }],
})
await consumer.caughtUp()
const ms = performance.now() - began
const { user, system } = process.cpuUsage(cpu)
const events = streams * eventsPerStream
process.stdout.write(
  `${JSON.stringify({ events, ms: Math.round(ms), eventsPerSecond: Math.round((events / ms) * 1000), cpuMicrosPerEvent: (user + system) / events })}\n`,
)
await bus.close()
await Promise.all([source.close(), target.close()])
rmSync(folder, { recursive: true })
