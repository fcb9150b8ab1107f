import { MongoClient } from 'mongodb'
import { expect, test } from 'vitest'
import { createTempFolder } from '../product/temp-folder.ts'
import { findPorts, startEngines } from './engines.ts'

test('a set of three heals from a killed leader, a frozen primary and a stopped Keycloak, and leaves nothing behind', {
  timeout: 180_000,
}, async () => {
  using folder = createTempFolder('set')
  await using set = await startEngines({ data: folder.path, ports: await findPorts(26_000, 3), kafkaNodes: 3, mongoNodes: 3 })
  expect(Object.keys(set.environment)).toEqual([
    'KAFKA_BROKERS',
    'MONGODB_URL',
    'KEYCLOAK_URL',
    'KEYCLOAK_ADMIN',
    'KEYCLOAK_ADMIN_PASSWORD',
  ])
  const client = new MongoClient(set.environment['MONGODB_URL']!)
  const kept = client.db('engines').collection<{ _id: string }>('kept')
  await kept.insertOne({ _id: 'before' }, { writeConcern: { w: 'majority' } })

  await set.kafka[0]!.kill()
  ;(await set.primary()).freeze()
  await set.keycloak!.stop()
  await set.heal()
  await set.stepDown()
  expect(await kept.findOne({ _id: 'before' })).toEqual({ _id: 'before' })
  await client.close()

  await set[Symbol.asyncDispose]()
  await expect(fetch(set.environment['KEYCLOAK_URL']!)).rejects.toThrow()
})
