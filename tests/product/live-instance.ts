import { afterAll, beforeAll } from 'vitest'
import { type Instance, startInstance } from './instance.ts'
import { createTempFolder } from './temp-folder.ts'

/** An instance with the demo people for the tests of one file, started before the first and stopped after the last. */
export function useInstance(portBase: number, args: string[] = []): { current: Instance } {
  const held: { instance?: Instance; folder?: ReturnType<typeof createTempFolder> } = {}
  beforeAll(async () => {
    held.folder = createTempFolder('live')
    held.instance = await startInstance({ data: held.folder.path, portBase, args })
  })
  afterAll(async () => {
    await held.instance?.stop()
    held.folder?.[Symbol.dispose]()
  })
  return {
    get current() {
      if (held.instance === undefined) throw new Error('the instance has not started')
      return held.instance
    },
  }
}
