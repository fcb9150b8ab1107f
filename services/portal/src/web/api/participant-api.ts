import { get, getAll, post } from './client.ts'
import type { Answer, Change, Conflict, Participant, Plan, Preview, Proposal, Region, TimelinePage } from './model.ts'

/** Everything a page asks about one participant. */
export function participantApi(participantId: string) {
  const id = encodeURIComponent(participantId)
  const journey = `/api/journey/v1/participants/${id}`
  const planning = `/api/planning/v1/participants/${id}`
  const conflict = (conflictId: string) => `${planning}/conflicts/${encodeURIComponent(conflictId)}`
  return {
    streamUrl: `${journey}/timeline/stream`,
    findParticipant: () => get<Participant>(journey),
    findTimeline: (page = 1) => get<TimelinePage>(`${journey}/timeline?order=desc&limit=100&page=${page}`),
    findPlan: () => get<Plan>(`${planning}/plan`),
    findConflicts: () => getAll<Conflict>(`${planning}/conflicts`),
    findProposals: () => getAll<Proposal>(`${planning}/proposals`),
    acknowledge: (conflictId: string) => post(`${conflict(conflictId)}/acknowledge`, {}),
    setUntilDecided: (conflictId: string, body: { text: string; attend?: string; nothingToDo?: boolean }) =>
      post(`${conflict(conflictId)}/until-decided`, body),
    acceptAsIs: (conflictId: string, reason: string) => post(`${conflict(conflictId)}/accept-as-is`, { reason }),
    preview: (changes: Change[], signal: AbortSignal) => post<Preview>(`${planning}/proposals/preview`, { changes }, signal),
    sendProposal: (body: { conflictId: string; options: { label: string; changes: Change[] }[]; reason: string }) =>
      post<Proposal>(`${planning}/proposals`, body),
    respond: (proposalId: string, body: { optionId?: string; answer: Answer; reason?: string; changes?: Change[] }) =>
      post(`${planning}/proposals/${encodeURIComponent(proposalId)}/responses`, body),
  }
}

export type ParticipantApi = ReturnType<typeof participantApi>

export const findRegion = () => get<Region>('/api/planning/v1/region')
