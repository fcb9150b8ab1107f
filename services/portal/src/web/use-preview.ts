import { useEffect, useState } from 'preact/hooks'
import type { Change, Preview } from './api/model.ts'
import type { ParticipantView } from './use-participant.ts'

/** How long the fields must rest before the changes are tried. */
const restMilliseconds = 350

/** What the changes would lead to, asked anew when they or the plan change; the last answer stays while the next one is fetched. */
export function usePreview(
  view: ParticipantView,
  changes: Change[] | undefined,
): { preview: Preview | undefined; checking: boolean; error: unknown } {
  const [preview, setPreview] = useState<Preview>()
  const [checking, setChecking] = useState(false)
  const [error, setError] = useState<unknown>()
  const key =
    changes === undefined ? '' : JSON.stringify([changes, view.plan.measures.map((measure) => [measure.measureId, measure.version])])
  useEffect(() => {
    if (changes === undefined) {
      setPreview(undefined)
      setError(undefined)
      setChecking(false)
      return undefined
    }
    const abort = new AbortController()
    setChecking(true)
    const timer = setTimeout(() => {
      view.api.preview(changes, abort.signal).then(
        (answer) => {
          setPreview(answer)
          setError(undefined)
          setChecking(false)
        },
        (failure) => {
          if (abort.signal.aborted) return
          setPreview(undefined)
          setError(failure)
          setChecking(false)
        },
      )
    }, restMilliseconds)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [key])
  return { preview, checking, error }
}
