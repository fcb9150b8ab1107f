import type { Agency } from './agencies.ts'

/**
 * What an actor may be. `caseworker` is AME staff, `officer` staff of another agency, `agency-system` a machine of an agency,
 * `scenario` the player that reads all findings, `service` one of our own services.
 */
export const roles = ['caseworker', 'officer', 'agency-system', 'participant', 'auditor', 'operator', 'scenario', 'service'] as const
export type Role = (typeof roles)[number]

/** Who acts, from a verified token and never from a message. */
export interface Actor {
  user: string
  role: Role
  /** Staff and systems: the signed claim. */
  agency?: Agency
  /** Participants: themselves. */
  participantId?: string
}

/** Why staff or a system reads or writes; `own` is a participant's own data. */
export const purposes = ['planning', 'decision', 'audit', 'support'] as const
export type Purpose = (typeof purposes)[number] | 'own'

/** Everything a command or read carries besides its content. */
export interface CallContext {
  actor: Actor
  purpose: Purpose
  correlationId: string
  /** The event that caused this call, when one did. */
  causationId?: string
  traceparent?: string
}

/** The context of something a service does because of an event. */
export const serviceActor = (service: string): Actor => ({ user: `service:${service}`, role: 'service' })
