import { describe, test } from 'vitest'
import { eventBusContract } from '../event-bus.contract.ts'
import { inKafkaWorld, missingServers } from './kafka-rig.ts'

function onKafka() {
  describe('bus on Kafka', () => eventBusContract(inKafkaWorld))
}

if (missingServers === undefined) onKafka()
else test('the bus on Kafka', (context) => context.skip(missingServers))
