import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openTestStore } from './test-store.ts'

test('a test store works like the real one and leaves nothing behind', async () => {
  let file = ''
  {
    await using store = await openTestStore()
    file = store.file
    await store.documents.write([{ op: 'put', collection: 'c', document: { id: 'a', body: 1 } }], 'durable')
    expect(await store.documents.get('c', 'a')).toBe(1)
  }
  expect(existsSync(file)).toBe(false)
})
