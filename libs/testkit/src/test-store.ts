import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EmbeddedStore } from '@samresa/store'
import { openEmbeddedStore } from '@samresa/store'

/** An embedded store in a folder of its own. Closing it, or leaving its `await using` scope, removes the folder. */
export type TestStore = EmbeddedStore & AsyncDisposable & { file: string }

/** Opens an empty embedded store: `await using store = await openTestStore()`. */
export async function openTestStore(): Promise<TestStore> {
  const folder = await mkdtemp(join(tmpdir(), 'samresa-store-'))
  const file = join(folder, 'test.sqlite')
  const store = await openEmbeddedStore({ file })
  const close = async () => {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { ...store, file, close, [Symbol.asyncDispose]: close }
}
