import { afterAll, beforeAll, inject } from 'vitest'
import { type Engines, type Instance, startInstance } from './instance.ts'
import { createTempFolder } from './temp-folder.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** What the product runs on in this run of the tests: the same tests are true of either. */
    engines: Engines
  }
}

/** An instance with the demo people for the tests of one file, started before the first and stopped after the last. */
export function useInstance(portBase: number, args: string[] = []): { current: Instance } {
  const held: { instance?: Instance; folder?: ReturnType<typeof createTempFolder> } = {}
  beforeAll(async () => {
    held.folder = createTempFolder('live')
    held.instance = await startInstance({ data: held.folder.path, portBase, args, engines: inject('engines') })
  })
  afterAll(async () => {
    await held.instance?.stop()
    await held.instance?.[Symbol.asyncDispose]()
    held.folder?.[Symbol.dispose]()
  })
  return {
    get current() {
      if (held.instance === undefined) throw new Error('the instance has not started')
      return held.instance
    },
  }
}
