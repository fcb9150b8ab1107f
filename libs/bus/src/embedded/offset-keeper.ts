import type { DocumentStore } from '@samresa/store'
import { consumerCollection } from '../consumer-state.ts'

type Offsets = Record<string, number>

const offsetsId = 'offsets'

/**
 * Remembers how far a consumer has come in each source: late, one write at a time, the newest only. It is a hint that shortens a restart;
 * what keeps an effect from happening twice is the fence or the commitId.
 */
export async function createOffsetKeeper(documents: DocumentStore, name: string) {
  const collection = consumerCollection(name)
  const start = (await documents.get<Offsets>(collection, offsetsId)) ?? {}
  let kept = JSON.stringify(start)
  let newest: Offsets = start
  let writing: Promise<void> | undefined

  const write = async () => {
    while (JSON.stringify(newest) !== kept) {
      const body = newest
      try {
        await documents.write([{ op: 'put', collection, document: { id: offsetsId, body } }], 'disposable')
        kept = JSON.stringify(body)
      } catch {
        // Handled again after a restart, which is harmless; the next batch tries to remember it anew.
        return
      }
    }
  }

  return {
    start,
    keep(offsets: Offsets) {
      newest = offsets
      writing ??= write().finally(() => {
        writing = undefined
      })
    },
    settled: async () => writing,
  }
}
