import type { HttpService } from '@samresa/http'
import { RejectionError, reject } from '@samresa/kernel'
import { Type } from 'typebox'
import type { ChangeConsents, ConsentSelector } from '../../application/change-consents.ts'
import { commandFrom } from './command-id.ts'
import { Consent, NewConsent, Withdrawal, WithdrawalQuery, Withdrawn } from './participant.schemas.ts'

const consent = { consentId: '7d1c2b3a-0000-4000-8000-000000000001', between: ['AME', 'AF'], from: '2025-11-03', except: [] }

const neither = () => {
  const detail = 'Say which consent: consentId, or between with two agencies.'
  return new RejectionError(reject('invalid', 'INVALID_FIELD', detail, [{ pointer: '/between', detail }]))
}

/** Body or query: some clients cannot send a body with DELETE. */
function selectorFrom(
  body: { consentId?: string; between?: string[] } | undefined,
  query: { consentId?: string; between?: string },
): ConsentSelector {
  const consentId = body?.consentId ?? query.consentId
  if (consentId !== undefined) return { consentId }
  const between = body?.between ?? query.between?.split(',').map((agency) => agency.trim())
  if (between === undefined) throw neither()
  return { between }
}

/** Consents: given and withdrawn by the participant, or by the caseworker who writes down what the participant has said. */
export function consentRoutes(http: HttpService, { consents }: { consents: ChangeConsents }): void {
  const path = '/v1/participants/:id/consents'
  const roles = ['caseworker', 'participant'] as const

  http.route({
    method: 'POST',
    idempotent: true,
    path,
    roles,
    summary: 'Ge samtycke / Give a consent',
    description: 'Lifts secrecy between two agencies from a day on. Several consents of one pair may stand side by side.',
    body: NewConsent,
    answers: { 201: Consent },
    examples: { body: { between: consent.between, from: consent.from, except: ['health'] }, answers: { 201: consent } },
    subject: ({ params }) => params['id'],
    handle: async (call) => ({ status: 201, body: await consents.give(call.params['id']!, call.body, commandFrom(call)) }),
  })

  http.route({
    method: 'DELETE',
    idempotent: true,
    path,
    roles,
    summary: 'Återkalla samtycke / Withdraw a consent',
    description:
      'Withdraws one consent by id, or all between two agencies. It works at once, on open streams too; a second time changes nothing.',
    query: WithdrawalQuery,
    body: Type.Optional(Withdrawal),
    answers: { 200: Withdrawn },
    examples: { body: { between: consent.between }, answers: { 200: { consents: [{ ...consent, withdrawnOn: '2026-04-28' }] } } },
    subject: ({ params }) => params['id'],
    handle: async (call) => {
      const selector = selectorFrom(call.body, call.query)
      return { body: { consents: await consents.withdraw(call.params['id']!, selector, commandFrom(call)) } }
    },
  })
}
