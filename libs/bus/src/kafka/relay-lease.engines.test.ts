import type { Leases, Outbox } from '@samresa/store'
import { expect, test } from 'vitest'
import { inKafkaWorld, missingServers, silent } from './kafka-world.contract.ts'
import { startRelay } from './relay.ts'

function onKafka() {
  test('a relay that learns from a mark that its lease is another’s sends nothing more', () =>
    inKafkaWorld(async ({ relay, cluster, teller, tell }) => {
      await relay.close()
      const did: string[] = []
      const leases: Leases = {
        ...teller.leases,
        take: async (...args) => {
          did.push('asks for the lease')
          return await teller.leases.take(...args)
        },
      }
      // While the first mark is on its way the lease passes on, which its holder's own clock does not tell.
      const markPublished: Outbox['markPublished'] = async (...args) => {
        await teller.leases.release('relay', 'overtaken')
        await teller.leases.take('relay', 'newer', 60_000)
        did.push('marks')
        return await teller.outbox.markPublished(...args)
      }
      const outbox = { ...teller.outbox, markPublished }
      const overtaken = await startRelay({ cluster, outbox, leases, source: 'teller', owner: 'overtaken', logger: silent })
      const told = tell('s', 'a')
      const afterMark = () => did[did.indexOf('marks') + 1]
      await expect.poll(() => did.includes('marks') && afterMark() !== undefined, { timeout: 20_000 }).toBe(true)
      expect(afterMark()).toBe('asks for the lease')
      await overtaken.close()
      await teller.leases.release('relay', 'newer')
      const newer = await startRelay({
        cluster,
        outbox: teller.outbox,
        leases: teller.leases,
        source: 'teller',
        owner: 'newer',
        logger: silent,
      })
      await told
      await newer.close()
    }))
}

if (missingServers === undefined) onKafka()
else test('the relay on Kafka', ({ skip }) => skip(missingServers))
