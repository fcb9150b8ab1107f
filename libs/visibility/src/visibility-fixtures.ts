import type { Actor } from '@samresa/kernel'
import type { AccessFacts, ConsentFacts } from './facts.ts'

export const today = '2026-04-28'

export const aConsent = (between: [string, string], more: Partial<ConsentFacts> = {}): ConsentFacts => ({
  between,
  from: '2025-11-03',
  except: [],
  ...more,
})

/** Yonas: AME has a consent with each of AF, EB and FK; these have none with each other. */
export const yonasFacts: AccessFacts = {
  participantId: 'yonas-id',
  agencies: ['AME', 'AF', 'FK', 'EB'],
  caseworkers: ['anna'],
  consents: [aConsent(['AME', 'AF']), aConsent(['AME', 'EB']), aConsent(['AME', 'FK'])],
  protectedIdentity: false,
}

export const anna: Actor = { user: 'anna', role: 'caseworker', agency: 'AME' }
export const nils: Actor = { user: 'nils', role: 'caseworker', agency: 'AME' }
export const eva: Actor = { user: 'eva', role: 'officer', agency: 'EB' }
export const frida: Actor = { user: 'frida', role: 'officer', agency: 'FK' }
export const afSystem: Actor = { user: 'af-system', role: 'agency-system', agency: 'AF' }
export const yonas: Actor = { user: 'yonas', role: 'participant', participantId: 'yonas-id' }
export const marcus: Actor = { user: 'marcus', role: 'participant', participantId: 'marcus-id' }
export const auditor: Actor = { user: 'auditor', role: 'auditor' }
export const operator: Actor = { user: 'operator', role: 'operator' }
export const scenario: Actor = { user: 'scenario', role: 'scenario' }
