// Reads the product's code once, so that its first start is as quick and small as the next ones (see compileCache in setup.mjs).
import { mkdtempSync, rmSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

await import('../infra/standalone/src/standalone.ts')
const { openEmbeddedStore } = await import('../libs/store/src/index.ts')
const folder = mkdtempSync(join(tmpdir(), 'samresa-warm-'))
const store = await openEmbeddedStore({ file: join(folder, 'warm.db') })
await store.close()
rmSync(folder, { recursive: true })
flushCompileCache()
