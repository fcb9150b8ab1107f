import { get, post } from './client.ts'
import type { Answer, Change, Conflict, Page, Participant, Plan, Preview, Proposal, Region, TimelinePage } from './model.ts'

/** Everything a page asks about one participant. */
export function participantApi(participantId: string) {
  const id = encodeURIComponent(participantId)
  const journey = `/api/journey/v1/participants/${id}`
  const planning = `/api/planning/v1/participants/${id}`
  const conflict = (conflictId: string) => `${planning}/conflicts/${encodeURIComponent(conflictId)}`
  return {
    streamUrl: `${journey}/timeline/stream`,
    findParticipant: () => get<Participant>(journey),
    findTimeline: () => get<TimelinePage>(`${journey}/timeline?order=desc&limit=100`),
    findPlan: () => get<Plan>(`${planning}/plan`),
    findConflicts: async () => (await get<Page<Conflict>>(`${planning}/conflicts?limit=200`)).items,
    findProposals: async () => (await get<Page<Proposal>>(`${planning}/proposals?limit=200`)).items,
    acknowledge: (conflictId: string) => post(`${conflict(conflictId)}/acknowledge`, {}),
    setUntilDecided: (conflictId: string, body: { text: string; attend?: string; nothingToDo?: boolean }) =>
      post(`${conflict(conflictId)}/until-decided`, body),
    acceptAsIs: (conflictId: string, reason: string) => post(`${conflict(conflictId)}/accept-as-is`, { reason }),
    preview: (changes: Change[], signal: AbortSignal) => post<Preview>(`${planning}/proposals/preview`, { changes }, signal),
    sendProposal: (body: { conflictId: string; options: { label: string; changes: Change[] }[]; reason: string }) =>
      post<Proposal>(`${planning}/proposals`, body),
    respond: (proposalId: string, body: { optionId: string; answer: Answer; reason?: string }) =>
      post(`${planning}/proposals/${encodeURIComponent(proposalId)}/responses`, body),
  }
}

export type ParticipantApi = ReturnType<typeof participantApi>

export const findRegion = () => get<Region>('/api/planning/v1/region')
