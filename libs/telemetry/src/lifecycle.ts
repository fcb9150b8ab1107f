import { Server } from 'node:http'
import { metrics, type ProxyTracerProvider, trace } from '@opentelemetry/api'
import { within } from '@samresa/kernel'
import { inSpan } from './span.ts'
import { newTraceparent } from './traceparent.ts'
import { seenLibraries } from './tracing/seen-libraries.ts'

/** Telemetry was asked for, and this process would be missing from it. */
export class TelemetryFault extends Error {
  override name = 'TelemetryFault'
}

/** True when the environment names somebody to tell. */
export const isTelemetryWanted = (): boolean => Boolean(process.env['OTEL_EXPORTER_OTLP_ENDPOINT'])

/**
 * Throws a `TelemetryFault` when telemetry is wanted and a library would not take part, which nobody would notice otherwise: its calls are
 * only missing. `touchDatabase` makes a call to the database; a process without one leaves it out.
 */
export async function requireTelemetry(touchDatabase?: () => Promise<unknown>): Promise<void> {
  if (!isTelemetryWanted()) return
  if (!isStarted()) throw new TelemetryFault('Telemetry is wanted and was not started: import @samresa/telemetry/start before all else')
  const missing = [...(isTraced(Server.prototype.emit) ? [] : ['http'])]
  if (touchDatabase !== undefined) {
    await inSpan('telemetry self-test', { kind: 'internal', parent: sampledTraceparent() }, touchDatabase)
    if (!seenLibraries.has('@opentelemetry/instrumentation-mongodb')) missing.push('mongodb')
  }
  if (missing.length > 0) throw new TelemetryFault(`Telemetry is wanted and these libraries do not take part: ${missing.join(', ')}`)
}

const longestClosingMs = 3_000

/** Exports what is left. Never rejects: a collector that is away does not keep a process from stopping. */
export async function closeTelemetry(): Promise<void> {
  const closing = [delegate(), metrics.getMeterProvider() as Partial<Closable>].map(async (provider) => provider.shutdown?.())
  await within(Promise.allSettled(closing), longestClosingMs)
}

interface Closable {
  shutdown(): Promise<void>
}

const delegate = () => (trace.getTracerProvider() as ProxyTracerProvider).getDelegate() as Partial<Closable>
const isStarted = (): boolean => delegate().shutdown !== undefined
const isTraced = (method: object): boolean => '__wrapped' in method
const sampledTraceparent = (): string => newTraceparent().replace(/00$/, '01')
