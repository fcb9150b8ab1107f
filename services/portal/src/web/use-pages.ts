import { useCallback, useEffect, useState } from 'preact/hooks'
import { get } from './api/client.ts'
import type { Page } from './api/model.ts'

/** A list that is fetched page by page as it is asked for. */
export interface Pages<Item> {
  items: Item[] | undefined
  /** How many there are in all. */
  total: number
  error: unknown
  /** Fetches what comes after those shown, or the first ones again when they could not be fetched. */
  more(): Promise<void>
}

/** Fetches the first page when the page opens; `path` already has a query. */
export function usePages<Item>(path: string, limit: number): Pages<Item> {
  const [items, setItems] = useState<Item[]>()
  const [total, setTotal] = useState(0)
  const [error, setError] = useState<unknown>()
  const load = useCallback(
    async (before: Item[]) => {
      try {
        const page = Math.floor(before.length / limit) + 1
        const answer = await get<Page<Item>>(`${path}&limit=${limit}&page=${page}`)
        setItems([...before, ...answer.items])
        setTotal(answer.total)
        setError(undefined)
      } catch (failure) {
        setError(failure)
      }
    },
    [path, limit],
  )
  useEffect(() => {
    void load([])
  }, [load])
  return { items, total, error, more: () => load(items ?? []) }
}
