import { type Actor, givesCare, isAgency, speakerOf } from '@samresa/kernel'
import { consentsBetween, coversAreas } from './consent.ts'
import type { AccessFacts, Party, View } from './facts.ts'
import { relationOf } from './relation.ts'

/** How the actor may see a measure that belongs to the participant. `today` is the business clock's local day, YYYY-MM-DD. */
export function viewOfParty(actor: Actor, facts: AccessFacts, party: Party, today: string): View {
  const relation = relationOf(actor, facts)
  if (relation === 'none') return 'hidden'
  if (relation === 'self' || relation === 'scenario') return 'whole'
  if (relation === 'auditor') return 'sealed'
  const viewer = actor.agency!
  const owner = party.owner ?? ''
  if (owner === viewer) return 'whole'
  // An owner that nobody knows has no consents either.
  if (givesCare(owner) || !isAgency(owner)) return 'masked'
  // AME registers for some and answers for them: their measures follow AME's consents.
  const speaker = speakerOf(owner)
  if (speaker === viewer) return 'whole'
  return consentsBetween(facts.consents, speaker, viewer, today).some((consent) => coversAreas(consent, party.areas)) ? 'whole' : 'masked'
}

/** How the actor may see something about several measures, and which of these the actor may see whole. */
export function viewOfParties(actor: Actor, facts: AccessFacts, parties: readonly Party[], today: string): { view: View; whole: string[] } {
  const relation = relationOf(actor, facts)
  const ids = (seen: readonly Party[]) => seen.flatMap((party) => (party.measureId === undefined ? [] : [party.measureId]))
  if (relation === 'none') return { view: 'hidden', whole: [] }
  if (relation === 'auditor') return { view: 'sealed', whole: ids(parties) }
  if (relation !== 'caseworker' && relation !== 'agency') return { view: 'whole', whole: ids(parties) }
  const seen = parties.filter((party) => viewOfParty(actor, facts, party, today) === 'whole')
  if (seen.length === 0) return { view: 'hidden', whole: [] }
  return { view: seen.length === parties.length ? 'whole' : 'masked', whole: ids(seen) }
}

/**
 * True when the actor may see how many hours a week the participant is able to take part: a health fact that the plan's own caseworkers
 * know, and another agency only by a consent with AME that does not leave health out.
 */
export function seesCapacity(actor: Actor, facts: AccessFacts, today: string): boolean {
  const relation = relationOf(actor, facts)
  if (relation !== 'agency') return relation !== 'none'
  return consentsBetween(facts.consents, 'AME', actor.agency!, today).some((consent) => coversAreas(consent, ['health']))
}

/** True when places must be left out: the identity is protected, and the actor is neither the participant nor a caseworker. */
export function hidesPlace(actor: Actor, facts: AccessFacts): boolean {
  const relation = relationOf(actor, facts)
  return facts.protectedIdentity && relation !== 'self' && relation !== 'caseworker'
}
