import { create } from '@bufbuild/protobuf'
import { directory as contract } from '@samresa/contracts'
import type { LocalServices } from '@samresa/grpc'
import { notFound, RejectionError } from '@samresa/kernel'
import type { ParticipantRecord, ParticipantRecords } from '../../application/participant-records.ts'
import type { TimelineRows } from '../../application/ports.ts'
import type { Participant } from '../../domain/participant.ts'

const responseFrom = ({ participantId, participant }: ParticipantRecord): contract.FindParticipantResponse =>
  create(contract.FindParticipantResponseSchema, {
    participant: create(contract.ParticipantFactsSchema, {
      participantId,
      agencies: participant.agencies,
      caseworkers: participant.caseworkers,
      consents: participant.consents.map((consent) => create(contract.ConsentSchema, { ...consent })),
      protectedIdentity: participant.protectedIdentity,
      capacity: participant.capacity,
    }),
  })

/** What the other services ask: who is this, who may see what of them, and does the timeline show what happened. */
export function serveDirectory(
  inner: Pick<LocalServices, 'serve'>,
  { records, rows }: { records: ParticipantRecords; rows: TimelineRows },
): void {
  // Every report and every delivery asks: the answer is made once for each state of a participant.
  const responses = new WeakMap<Participant, contract.FindParticipantResponse>()

  function responseFor(record: ParticipantRecord): contract.FindParticipantResponse {
    let response = responses.get(record.participant)
    if (response === undefined) {
      response = responseFrom(record)
      responses.set(record.participant, response)
    }
    return response
  }

  inner.serve(contract.DirectoryService, {
    findParticipant: async ({ person }) => {
      const record = person.case === 'personalNumber' ? await records.findByNumber(person.value) : await records.find(person.value ?? '')
      if (record === undefined) throw new RejectionError(notFound())
      return responseFor(record)
    },
    listTimelineEvidence: async ({ correlationId }) => {
      const found = await rows.underCorrelation(correlationId)
      return { rows: found.map(({ id, type, subject, shownAt }) => ({ eventId: id, type, participantId: subject, shownAt })) }
    },
  })
}
