/**
 * What a span may say. Nothing else leaves the process, whoever set it: an id of a person, an address, a query or a text can then only
 * reach a trace by being listed here, where a reviewer sees it.
 */

/** Set by our own code. */
export const ownAttributes = [
  'error.type',
  'messaging.batch.message_count',
  'messaging.consumer.group.name',
  'messaging.destination.name',
  'messaging.destination.partition.id',
  'messaging.kafka.offset',
  'messaging.operation.type',
  'messaging.system',
  'rpc.method',
  'rpc.service',
  'rpc.system',
  'samresa.agency',
  'samresa.attempt',
  'samresa.consumer',
  'samresa.event_type',
  'samresa.outcome',
  'samresa.source',
] as const

export type SpanAttributes = { [K in (typeof ownAttributes)[number]]?: string | number | boolean | undefined }

/** Set by the instrumentation of libraries; none of them can hold a path, a key, a query or an address. */
export const attributesOfLibraries = [
  'db.collection.name',
  'db.namespace',
  'db.operation.name',
  'db.system.name',
  'fastify.type',
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'url.scheme',
] as const
