import { randomUUID } from 'node:crypto'
import { describe, onTestFinished, test } from 'vitest'
import { commitStoreContract } from '../commit-store.contract.ts'
import { documentStoreContract } from '../document-store.contract.ts'
import { dropMongoDatabases } from './drop-database.ts'
import { openMongoStore } from './mongo-store.ts'

const url = process.env['MONGODB_URL']

if (url === undefined) {
  test('the store on MongoDB', ({ skip }) => skip('needs MONGODB_URL: run npm run test:engines'))
} else {
  const freshDatabase = () => {
    const database = `samresa_test_${randomUUID()}`
    onTestFinished(() => dropMongoDatabases({ url, prefix: database }))
    return database
  }
  const freshOpener = async () => {
    const database = freshDatabase()
    return () => openMongoStore({ url, database, appName: 'store-test' })
  }
  describe('MongoDB commits', () => commitStoreContract(freshOpener))
  describe('MongoDB documents', () => documentStoreContract(freshOpener))
}
