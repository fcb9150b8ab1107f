import { randomUUID } from 'node:crypto'
import { dropMongoDatabases, openMongoStore } from '@samresa/store'
import { describe, onTestFinished, test } from 'vitest'
import { sharedFeedContract } from './shared-feed.contract.ts'

const url = process.env['MONGODB_URL']

if (url === undefined) test('the feed on MongoDB', (ctx) => ctx.skip('needs MONGODB_URL: run npm run test:engines'))
else
  describe('on MongoDB', () =>
    sharedFeedContract(
      async () => {
        const database = `samresa_test_${randomUUID()}`
        onTestFinished(() => dropMongoDatabases({ url, names: [database] }))
        return () => openMongoStore({ url, database, appName: 'feed-test' })
      },
      { numRuns: 8 },
    ))
