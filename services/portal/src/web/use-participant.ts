import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { get } from './api/client.ts'
import { followTimeline, type LiveState } from './api/live-timeline.ts'
import type { Conflict, Me, Participant, Plan, Proposal, Region, TimelineItem, TimelinePage } from './api/model.ts'
import { findRegion, type ParticipantApi, participantApi } from './api/participant-api.ts'
import { messages } from './words/messages.ts'

/** Everything that a participant's page shows, kept up to date by the timeline's stream. */
export interface ParticipantView {
  api: ParticipantApi
  participant: Participant
  plan: Plan
  conflicts: Conflict[]
  proposals: Proposal[]
  region: Region
  timeline: TimelineItem[]
  /** How many items the timeline has in all. */
  timelineTotal: number
  /** Fetches what is older than the items shown; rejects with ApiError. */
  findOlder(): Promise<void>
  /** The newest item that came while the page was open. */
  announced: TimelineItem | undefined
  live: LiveState
  refresh(): Promise<unknown>
}

type Fetched = Pick<ParticipantView, 'participant' | 'plan' | 'conflicts' | 'proposals' | 'region'> & { timeline: TimelinePage }

/** Several events come together (a report and its conflicts): they cause one fetch. */
const gatherMilliseconds = 120

const emptyRegion: Region = { places: {}, holidays: [] }

// An auditor reads what happened without being told who it is about.
const unnamed = (participantId: string): Participant => ({ participantId, name: messages.person.unnamed, agencies: [] })

async function fetchAll(api: ParticipantApi, participantId: string, role: Me['role']): Promise<Fetched> {
  // One question first: who may not know this person asks for nothing more.
  const participant = role === 'auditor' ? unnamed(participantId) : await api.findParticipant()
  const [plan, conflicts, proposals, region, timeline] = await Promise.all([
    api.findPlan(),
    api.findConflicts(),
    api.findProposals(),
    // Place names are a comfort: the plan is shown without them too.
    findRegion().catch(() => emptyRegion),
    api.findTimeline(),
  ])
  return { participant, plan, conflicts, proposals, region, timeline }
}

const withoutRepeats = (items: TimelineItem[]) => [...new Map(items.map((item) => [item.eventId, item])).values()]

export function useParticipant(
  participantId: string,
  role: Me['role'],
): { view: ParticipantView | undefined; error: unknown; retry(): void } {
  const api = useMemo(() => participantApi(participantId), [participantId])
  const [fetched, setFetched] = useState<Fetched>()
  const [error, setError] = useState<unknown>()
  const [live, setLive] = useState<LiveState>('connecting')
  const [announced, setAnnounced] = useState<TimelineItem>()
  const [attempt, setAttempt] = useState(0)
  const [older, setOlder] = useState<TimelineItem[]>([])
  const known = useRef(new Set<string>())

  const newest = useRef(0)
  const refresh = async () => {
    const mine = ++newest.current
    try {
      const next = await fetchAll(api, participantId, role)
      // An older answer that comes late never replaces a newer one.
      if (mine !== newest.current) return
      for (const item of next.timeline.items) known.current.add(item.eventId)
      setFetched(next)
      setError(undefined)
      return next
    } catch (failure) {
      if (mine === newest.current) setError(failure)
    }
    return undefined
  }

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let stop: (() => void) | undefined
    let left = false
    let broken = false
    const refreshSoon = () => {
      clearTimeout(timer)
      timer = setTimeout(() => void refresh(), gatherMilliseconds)
    }
    const begin = async () => {
      const first = await refresh()
      if (left || first === undefined) return
      stop = followTimeline(api.streamUrl, {
        after: first.timeline.cursor,
        onItem: (item) => {
          if (known.current.has(item.eventId)) return
          known.current.add(item.eventId)
          setAnnounced(item)
          refreshSoon()
        },
        onState: (state) => {
          setLive(state)
          // Back after a break: what could not be fetched meanwhile is fetched now.
          if (state === 'open' && broken) refreshSoon()
          broken = state === 'waiting'
        },
        checkSession: () => get('/me'),
      })
    }
    void begin()
    return () => {
      left = true
      clearTimeout(timer)
      stop?.()
    }
  }, [api, attempt])

  useEffect(() => {
    if (fetched !== undefined) document.title = `${fetched.participant.name} – ${messages.brand}`
  }, [fetched])

  if (fetched === undefined) return { view: undefined, error, retry: () => setAttempt(attempt + 1) }
  const { items, limit, total } = fetched.timeline
  const timeline = withoutRepeats([...items, ...older])
  const findOlder = async () => {
    // What came meanwhile moves items on to later pages, so that some come twice and none is missed.
    const next = await api.findTimeline(Math.floor(timeline.length / limit) + 1)
    setOlder((before) => [...before, ...next.items])
  }
  const view = { ...fetched, api, timeline, timelineTotal: total, findOlder, announced, live, refresh }
  return { view, error, retry: () => setAttempt(attempt + 1) }
}
