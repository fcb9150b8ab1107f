/**
 * The fields a log line may carry. Everything else is dropped: a name, a personal number, a free text or a token can then only reach a
 * log by being listed here, where a reviewer sees it.
 */
const loggableFields = [
  'service',
  'component',
  'participantId',
  'measureId',
  'conflictId',
  'proposalId',
  'eventId',
  'eventType',
  'commitId',
  'stream',
  'version',
  'position',
  'consumer',
  'source',
  'correlationId',
  'causationId',
  'traceparent',
  'agency',
  'role',
  'user',
  'route',
  'method',
  'status',
  'code',
  'kind',
  'count',
  'attempt',
  'lag',
  'ms',
  'bytes',
  'port',
  'address',
  'signal',
] as const

/** What may be logged; `err` is reduced to its class, code and stack frames, since messages quote what was being read. */
export type LogFields = { [K in (typeof loggableFields)[number]]?: string | number | boolean | undefined } & { err?: unknown }

const allowed = new Set<string>(loggableFields)
const longest = 200
const deepest = 5

/** A copy with the listed fields only; strings are cut, objects dropped. */
export function loggable(fields: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'err') kept[name] = describeError(value)
    else if (!allowed.has(name)) continue
    else if (typeof value === 'string') kept[name] = value.slice(0, longest)
    else if (typeof value === 'number' || typeof value === 'boolean') kept[name] = value
  }
  return kept
}

function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { name: typeof error }
  const { name, code, cause } = error as Error & { code?: unknown }
  const rejection = (error as { rejection?: { code?: unknown } }).rejection
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof rejection?.code === 'string' ? { code: rejection.code } : {}),
    frames: frames.map((line) => line.trim()),
    ...(cause !== undefined && depth < deepest ? { cause: describeError(cause, depth + 1) } : {}),
  }
}
