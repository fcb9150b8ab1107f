// How fast the timeline is built anew from the commits of a stopped instance: node rebuild.main.ts DIR. Prints JSON. The folder stays as it is.
import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbeddedBus } from '@samresa/bus'
import { createLocalServices } from '@samresa/grpc'
import { createJourneyService } from '@samresa/journey'
import { businessClockFrom, machineClock, RejectionError, reject } from '@samresa/kernel'
import { createSeal } from '@samresa/seal'
import { type EmbeddedStore, openEmbeddedStore } from '@samresa/store'
import { createLogger } from '@samresa/telemetry'

const pageSize = 1000

/** Events about participants: what the timeline is made from. */
async function countEvents({ commits }: EmbeddedStore): Promise<number> {
  let events = 0
  for (let position = 0; ; ) {
    const page = await commits.read(position, pageSize)
    if (page.length === 0) return events
    for (const commit of page) if (!commit.stream.startsWith('access-')) events += commit.events.length
    position = page.at(-1)!.position
  }
}

const [data] = process.argv.slice(2)
if (data === undefined) throw new Error('name the data folder of a stopped instance')
const folder = mkdtempSync(join(tmpdir(), 'samresa-rebuild-'))
for (const name of ['journey.db', 'planning.db']) cpSync(join(data, name), join(folder, name))
const [told, planned, fresh] = await Promise.all(
  ['journey.db', 'planning.db', 'fresh.db'].map((name) => openEmbeddedStore({ file: join(folder, name) })),
)
if (told === undefined || planned === undefined || fresh === undefined) throw new Error('the stores cannot be opened')
const events = (await countEvents(told)) + (await countEvents(planned))

const now = machineClock.now()
const logger = createLogger({ service: 'rebuild', level: 'warn' })
const bus = createEmbeddedBus({ logs: { journey: told.commits, planning: planned.commits }, documents: fresh.documents, logger })
const began = performance.now()
const journey = await createJourneyService({
  // The commits as they are, and an empty store for everything that follows from them.
  store: { commits: told.commits, documents: fresh.documents },
  bus,
  seal: createSeal({ documents: fresh.documents, masterKey: randomBytes(32) }),
  verifier: {
    verify: () =>
      Promise.reject(new RejectionError(reject('unavailable', 'REBUILDING', 'Nobody is answered while the timeline is rebuilt.'))),
  },
  businessClock: businessClockFrom(now, now),
  logger,
  host: '127.0.0.1',
  port: 0,
  inner: createLocalServices(),
})
await journey.caughtUp()
const ms = performance.now() - began
process.stdout.write(`${JSON.stringify({ events, ms: Math.round(ms), eventsPerSecond: Math.round((events / ms) * 1000) })}\n`)
await journey.close()
await bus.close()
await Promise.all([told.close(), planned.close(), fresh.close()])
rmSync(folder, { recursive: true, force: true })
