import { useCallback, useEffect, useState } from 'preact/hooks'

/** Something that is fetched when the page opens. A failed refresh keeps what is shown. */
export interface Loaded<Value> {
  value: Value | undefined
  error: unknown
  refresh(): Promise<void>
}

export function useLoaded<Value>(load: () => Promise<Value>, dependencies: unknown[] = []): Loaded<Value> {
  const [value, setValue] = useState<Value>()
  const [error, setError] = useState<unknown>()
  const refresh = useCallback(async () => {
    try {
      setValue(await load())
      setError(undefined)
    } catch (failure) {
      setError(failure)
    }
  }, dependencies)
  useEffect(() => {
    refresh().catch(() => undefined)
  }, [refresh])
  return { value, error, refresh }
}
