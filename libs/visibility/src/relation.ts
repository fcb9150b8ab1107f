import type { Actor } from '@samresa/kernel'
import type { AccessFacts } from './facts.ts'

/** How an actor stands to one participant; `none` sees nothing, as if the participant did not exist. */
export type Relation = 'self' | 'caseworker' | 'agency' | 'auditor' | 'scenario' | 'none'

/** Whatever is not named here has no relation: default deny. */
export function relationOf(actor: Actor, facts: AccessFacts): Relation {
  switch (actor.role) {
    case 'participant':
      return actor.participantId === facts.participantId ? 'self' : 'none'
    case 'caseworker':
      return actor.agency !== undefined && facts.caseworkers.includes(actor.user) ? 'caseworker' : 'none'
    case 'officer':
    case 'agency-system':
      return actor.agency !== undefined && facts.agencies.includes(actor.agency) ? 'agency' : 'none'
    case 'auditor':
    case 'scenario':
      return actor.role
    default:
      return 'none'
  }
}
