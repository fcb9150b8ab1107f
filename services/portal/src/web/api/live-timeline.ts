import type { TimelineItem } from './model.ts'

/** How the stream stands: `waiting` while it is being reached again. */
export type LiveState = 'connecting' | 'open' | 'waiting'

interface LiveTimelineOptions {
  /** Where the page that was fetched ends; without it only what comes from now on is told. */
  after: string | undefined
  onItem(item: TimelineItem): void
  onState(state: LiveState): void
  /** Asks whether the session still stands; it leads to the login itself when it does not. */
  checkSession(): Promise<unknown>
}

const firstDelay = 1_000
const longestDelay = 30_000

/** Follows a participant's timeline for as long as the page is open; answers how to stop. */
export function followTimeline(url: string, options: LiveTimelineOptions): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let delay = firstDelay
  let after = options.after

  const open = () => {
    // An EventSource that is opened anew sends no Last-Event-ID, so the address says where to go on.
    source = new EventSource(after === undefined ? url : `${url}?after=${encodeURIComponent(after)}`)
    source.addEventListener('open', () => {
      delay = firstDelay
      options.onState('open')
    })
    source.addEventListener('timeline', (event) => {
      after = event.lastEventId
      options.onItem(JSON.parse(event.data) as TimelineItem)
    })
    source.addEventListener('expired', () => again(0))
    source.addEventListener('draining', () => again(delay))
    source.addEventListener('error', () => again(delay))
  }
  const again = (wait: number) => {
    source?.close()
    options.onState('waiting')
    clearTimeout(timer)
    timer = setTimeout(() => {
      delay = Math.min(delay * 2, longestDelay)
      options.checkSession().then(open, () => again(delay))
    }, wait)
  }
  open()
  return () => {
    clearTimeout(timer)
    source?.close()
  }
}
