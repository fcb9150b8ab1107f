import { useRef, useState } from 'preact/hooks'

/** A write on its way: `busy` while it is under way, `error` when it failed. A second press meanwhile does nothing. */
export function useSubmit() {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const underWay = useRef(false)
  const submit = async (send: () => Promise<unknown>): Promise<boolean> => {
    if (underWay.current) return false
    underWay.current = true
    setBusy(true)
    setError(undefined)
    try {
      await send()
      return true
    } catch (failure) {
      setError(failure)
      return false
    } finally {
      underWay.current = false
      setBusy(false)
    }
  }
  return { busy, error, submit }
}
