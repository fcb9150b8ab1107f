import { gateway } from '@samresa/contracts'
import type { GrpcCall, Implementation } from '@samresa/grpc'
import { type Agency, type MachineClock, RejectionError, reject, timestamp } from '@samresa/kernel'
import type { Concerned, RecordDenied } from '../../application/denied-calls.ts'
import type { createPlanSubscription } from '../../application/plan-subscription.ts'
import type { createReadPlan } from '../../application/read-plan.ts'
import type { createReportMeasure, Person } from '../../application/report-measure.ts'
import type { createRespondToProposal } from '../../application/respond-to-proposal.ts'
import { answerFrom, channelFrom, measureFromMessage, receiptMessageFrom } from '../messages.mapper.ts'

export interface AgencyGatewayUseCases {
  reportMeasure: ReturnType<typeof createReportMeasure>
  respondToProposal: ReturnType<typeof createRespondToProposal>
  readPlan: ReturnType<typeof createReadPlan>
  subscribe: ReturnType<typeof createPlanSubscription>
  recordDenied: RecordDenied
  machineClock: MachineClock
}

const routeOf = (method: string): string => `${gateway.AgencyGatewayService.typeName}/${method}`

/** AgencyGatewayService for `libs/grpc`: tokens, deadlines and sizes have been checked before. */
export function agencyGatewayServer(useCases: AgencyGatewayUseCases): Implementation<typeof gateway.AgencyGatewayService> {
  const now = () => timestamp(useCases.machineClock.now())

  /** The agency that calls, from its signed claim. Only agencies' own systems and officers call here; others leave a record of having tried. */
  async function agencyOf({ context }: GrpcCall, method: string, concerned: Concerned): Promise<Agency> {
    const { agency, role } = context.actor
    if (agency !== undefined && (role === 'agency-system' || role === 'officer')) return agency
    await useCases.recordDenied(context, routeOf(method), concerned)
    throw new RejectionError(reject('forbidden', 'FORBIDDEN', 'Only agencies call this service: use a token of an agency.'))
  }

  return {
    reportMeasure: async (request, call) => {
      const person = personOf(request)
      const agency = await agencyOf(call, 'ReportMeasure', { person })
      const { messageId, measure, decidedAt, channel } = request
      const report = {
        agency,
        messageId,
        person,
        measure: measure && measureFromMessage(measure),
        decidedAt,
        channel: channelFrom(channel),
        receivedAt: now(),
        route: routeOf('ReportMeasure'),
      }
      const { receipt } = await useCases.reportMeasure(report, call.context)
      return { receipt: receiptMessageFrom(receipt) }
    },

    respondToProposal: async ({ messageId, proposalId, answer, optionId, reason, counter }, call) => {
      const agency = await agencyOf(call, 'RespondToProposal', { proposalId })
      const counterMeasure = counter && measureFromMessage(counter)
      const incoming = {
        agency,
        messageId,
        proposalId,
        answer: answerFrom(answer),
        optionId,
        reason,
        counter: counterMeasure,
        receivedAt: now(),
      }
      return { receipt: receiptMessageFrom(await useCases.respondToProposal(incoming, call.context)) }
    },

    getPlan: async ({ participantId }, call) => {
      await agencyOf(call, 'GetPlan', { person: { participantId } })
      return useCases.readPlan(participantId, call.context, routeOf('GetPlan'))
    },

    subscribePlanChanges: async ({ cursor }, call, send) => {
      const agency = await agencyOf(call, 'SubscribePlanChanges', {})
      await useCases.subscribe({
        agency,
        cursor,
        context: call.context,
        route: routeOf('SubscribePlanChanges'),
        signal: call.signal,
        opened: call.opened,
        send: (change) => send(change, change.cursor),
      })
    },
  }
}

function personOf({ person }: gateway.ReportMeasureRequest): Person | undefined {
  switch (person.case) {
    case 'personalNumber':
      return { personalNumber: person.value }
    case 'participantId':
      return { participantId: person.value }
    case undefined:
      return undefined
  }
}
