import type { Actor } from '@samresa/kernel'
import { expect, test } from 'vitest'
import type { AccessFacts, ConsentFacts, View } from './facts.ts'
import { hidesPlace, seesCapacity, viewOfParties, viewOfParty } from './party.ts'
import { relationOf } from './relation.ts'
import {
  aConsent,
  afSystem,
  anna,
  auditor,
  eva,
  frida,
  marcus,
  nils,
  operator,
  scenario,
  today,
  yonas,
  yonasFacts,
} from './visibility-fixtures.ts'

const withConsents = (...consents: ConsentFacts[]): AccessFacts => ({ ...yonasFacts, consents })

test.each<[Actor, string]>([
  [anna, 'caseworker'],
  [nils, 'none'],
  [eva, 'agency'],
  [afSystem, 'agency'],
  [{ user: 'vc', role: 'officer', agency: 'REGION' }, 'none'],
  [{ user: 'x', role: 'officer' }, 'none'],
  [{ user: 'anna', role: 'caseworker' }, 'none'],
  [yonas, 'self'],
  [marcus, 'none'],
  [auditor, 'auditor'],
  [scenario, 'scenario'],
  [operator, 'none'],
  [{ user: 'service:planning', role: 'service' }, 'none'],
])('%o stands to Yonas as %s', (actor, relation) => {
  expect(relationOf(actor, yonasFacts)).toBe(relation)
})

test.each<[string, Actor, string, string[], View]>([
  ['the municipality sees its own whole', anna, 'AME', ['job'], 'whole'],
  ['AME speaks for adult education', anna, 'VUX', ['competence'], 'whole'],
  ['AME speaks for civil society', anna, 'CIVIL', ['social'], 'whole'],
  ['a consent opens AF to AME', anna, 'AF', ['job'], 'whole'],
  ['care is masked for the caseworker', anna, 'REGION', ['health'], 'masked'],
  ['social care is masked for the caseworker', anna, 'SOC', ['social'], 'masked'],
  ['a caseworker of another unit sees nothing', nils, 'AME', ['job'], 'hidden'],
  ['AF sees its own', afSystem, 'AF', ['job'], 'whole'],
  ["adult education follows AME's consents", eva, 'VUX', ['competence'], 'whole'],
  ['no consent between AF and EB', eva, 'AF', ['job'], 'masked'],
  ['no consent between AF and FK', frida, 'AF', ['job'], 'masked'],
  ['an unknown owner is nobody anyone has a consent with', eva, '', ['job'], 'masked'],
  ['the participant sees care too', yonas, 'REGION', ['health'], 'whole'],
  ['another participant sees nothing', marcus, 'AME', ['job'], 'hidden'],
  ['the auditor sees it sealed', auditor, 'REGION', ['health'], 'sealed'],
  ['the scenario player sees all', scenario, 'SOC', ['social'], 'whole'],
])('%s', (_rule, actor, owner, areas, view) => {
  expect(viewOfParty(actor, yonasFacts, { owner, areas }, today)).toBe(view)
})

test.each<[string, ConsentFacts, string[] | undefined, View]>([
  ['a consent of today holds', aConsent(['AF', 'AME'], { from: today, to: today }), ['job'], 'whole'],
  ['an empty end means until withdrawn', aConsent(['AF', 'AME'], { to: '' }), ['job'], 'whole'],
  ['a consent of tomorrow does not hold yet', aConsent(['AME', 'AF'], { from: '2026-04-29' }), ['job'], 'masked'],
  ['an expired consent does not hold', aConsent(['AME', 'AF'], { to: '2026-04-27' }), ['job'], 'masked'],
  ['a consent without a first day does not hold', aConsent(['AME', 'AF'], { from: '' }), ['job'], 'masked'],
  ['a withdrawn consent does not hold', aConsent(['AME', 'AF'], { withdrawnOn: '2026-04-28' }), ['job'], 'masked'],
  ['a withdrawal noted under a later day holds at once', aConsent(['AME', 'AF'], { withdrawnOn: '2026-05-01' }), ['job'], 'masked'],
  ['an area left out stays masked', aConsent(['AME', 'AF'], { except: ['health'] }), ['job', 'health'], 'masked'],
  ['other areas of the same consent are open', aConsent(['AME', 'AF'], { except: ['health'] }), ['job'], 'whole'],
  ['areas nobody can read count as left out', aConsent(['AME', 'AF'], { except: ['health'] }), undefined, 'masked'],
  ['no areas at all count as left out', aConsent(['AME', 'AF'], { except: ['health'] }), [], 'masked'],
  ['areas do not matter when nothing is left out', aConsent(['AME', 'AF']), undefined, 'whole'],
  ['a consent of another pair opens nothing', aConsent(['AME', 'FK']), ['job'], 'masked'],
])('%s', (_rule, consent, areas, view) => {
  expect(viewOfParty(afSystem, withConsents(consent), { owner: 'AME', areas }, today)).toBe(view)
})

const own = { measureId: 'm1', owner: 'AF', areas: ['job'] }
const others = { measureId: 'm2', owner: 'EB', areas: ['social'] }

test.each<[string, Actor, { measureId?: string; owner: string; areas: string[] }[], View, string[]]>([
  ['whole when every party is', afSystem, [own], 'whole', ['m1']],
  ['masked when some are', afSystem, [own, others], 'masked', ['m1']],
  ['hidden when none is', afSystem, [others], 'hidden', []],
  ['hidden without parties', afSystem, [], 'hidden', []],
  ['a party without an id counts without being named', afSystem, [{ owner: 'AF', areas: [] }, own], 'whole', ['m1']],
  ['hidden for somebody without a relation', nils, [own], 'hidden', []],
  ['sealed for the auditor', auditor, [own, others], 'sealed', ['m1', 'm2']],
  ['whole for the participant', yonas, [own, others], 'whole', ['m1', 'm2']],
  ['whole for the scenario player', scenario, [own, others], 'whole', ['m1', 'm2']],
])('several parties: %s', (_rule, actor, parties, view, whole) => {
  expect(viewOfParties(actor, yonasFacts, parties, today)).toEqual({ view, whole })
})

test('capacity is shown to caseworkers and, by a consent that does not leave health out, to other agencies', () => {
  expect(seesCapacity(anna, withConsents(), today)).toBe(true)
  expect(seesCapacity(yonas, withConsents(), today)).toBe(true)
  expect(seesCapacity(nils, yonasFacts, today)).toBe(false)
  expect(seesCapacity(afSystem, yonasFacts, today)).toBe(true)
  expect(seesCapacity(afSystem, withConsents(aConsent(['AME', 'AF'], { except: ['health'] })), today)).toBe(false)
  expect(seesCapacity(afSystem, withConsents(), today)).toBe(false)
})

test('a protected identity hides places from everyone but the participant and the caseworker', () => {
  const guarded = { ...yonasFacts, protectedIdentity: true }
  expect([anna, yonas, eva, auditor, scenario].map((actor) => hidesPlace(actor, guarded))).toEqual([false, false, true, true, true])
  expect(hidesPlace(eva, yonasFacts)).toBe(false)
})
