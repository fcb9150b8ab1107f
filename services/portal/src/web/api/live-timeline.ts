import type { TimelineItem } from './model.ts'

/** How the stream stands: `waiting` while it is being reached again. */
export type LiveState = 'connecting' | 'open' | 'waiting'

interface LiveTimelineOptions {
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
  let lastEventId = ''

  const open = () => {
    // A fresh EventSource cannot send Last-Event-ID as a header, so the portal takes it from the address.
    source = new EventSource(lastEventId === '' ? url : `${url}?lastEventId=${encodeURIComponent(lastEventId)}`)
    source.addEventListener('open', () => {
      delay = firstDelay
      options.onState('open')
    })
    source.addEventListener('timeline', (event) => {
      lastEventId = event.lastEventId
      options.onItem(JSON.parse(event.data) as TimelineItem)
    })
    source.addEventListener('expired', () => again(0))
    source.addEventListener('error', () => again(delay))
  }
  const again = (after: number) => {
    source?.close()
    options.onState('waiting')
    clearTimeout(timer)
    timer = setTimeout(() => {
      delay = Math.min(delay * 2, longestDelay)
      options.checkSession().then(open, () => again(delay))
    }, after)
  }
  open()
  return () => {
    clearTimeout(timer)
    source?.close()
  }
}
