/** What a process has of what it needs, by name: `true`, or why not. Anybody may ask, so both are constant texts. */
export type Readiness = Readonly<Record<string, true | string>>

/** How a process is: asked by whoever runs it. Neither function throws. */
export interface Health {
  /** Whether it can serve at the moment (`/readyz`). */
  ready(): Readiness | Promise<Readiness>
  /** False when only a new process will do (`/livez`). */
  live(): boolean
}

export interface HealthAnswer {
  status: 200 | 503
  body: object
}

export const livenessAnswer = (live: boolean): HealthAnswer =>
  live ? { status: 200, body: { status: 'alive' } } : { status: 503, body: { status: 'dead' } }

export function readinessAnswer(readiness: Readiness): HealthAnswer {
  const ready = Object.values(readiness).every((state) => state === true)
  const checks = Object.fromEntries(Object.entries(readiness).map(([name, state]) => [name, state === true ? 'ok' : state]))
  return { status: ready ? 200 : 503, body: { ready, checks } }
}
