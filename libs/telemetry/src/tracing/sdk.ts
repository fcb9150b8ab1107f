import { createRequire, syncBuiltinESMExports } from 'node:module'
import { FastifyOtelInstrumentation } from '@fastify/otel'
import { context, metrics, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { MongoDBInstrumentation } from '@opentelemetry/instrumentation-mongodb'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AggregationType,
  createAllowListAttributesProcessor,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace'
import { createLogger } from '../logger.ts'
import { identityOf } from './process-identity.ts'
import { redacting } from './redacted.ts'
import { seenLibraries } from './seen-libraries.ts'

const spansEveryMs = 2_000
const metricsEveryMs = '15000'
const exportTimeoutMs = 5_000
const mostSpansWaiting = 8_192

/** Probes come every few seconds for ever. */
const isProbe = (path: string | undefined): boolean => /^\/(livez|readyz)$/.test(path ?? '')

/** Of the libraries' own metrics only the time of HTTP calls is told, by route and status. */
const views: ViewOptions[] = [
  {
    meterName: '@opentelemetry/instrumentation-http',
    attributesProcessors: [createAllowListAttributesProcessor(['http.request.method', 'http.response.status_code', 'http.route'])],
  },
  ...['@opentelemetry/instrumentation-undici', '@opentelemetry/instrumentation-mongodb'].map((meterName) => ({
    meterName,
    aggregation: { type: AggregationType.DROP as const },
  })),
]

/** Starts spans and metrics in this process, and patches the libraries that are loaded from now on. */
export function startSdk(env: NodeJS.ProcessEnv): void {
  const metricsMs = numberFrom(env, 'OTEL_METRIC_EXPORT_INTERVAL', metricsEveryMs, [100, 3_600_000])
  const ratio = numberFrom(env, 'OTEL_TRACES_SAMPLER_ARG', '1', [0, 1])
  const identity = identityOf(process.argv[1] ?? '', env)
  const resource = resourceFromAttributes({ ...identity })
  tellFailures(identity['service.name'])

  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  metrics.setGlobalMeterProvider(
    new MeterProvider({
      resource,
      views,
      readers: [
        new PeriodicExportingMetricReader({
          exporter: new OTLPMetricExporter({ timeoutMillis: exportTimeoutMs }),
          exportIntervalMillis: metricsMs,
          exportTimeoutMillis: Math.min(metricsMs, exportTimeoutMs),
        }),
      ],
    }),
  )
  const exporting = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ timeoutMillis: exportTimeoutMs }),
    scheduledDelayMillis: spansEveryMs,
    exportTimeoutMillis: exportTimeoutMs,
    maxQueueSize: mostSpansWaiting,
  })
  trace.setGlobalTracerProvider(
    new TracerProvider({
      resource,
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
      spanProcessors: [redacting(exporting, (library) => seenLibraries.add(library))],
    }),
  )
  registerInstrumentations({
    instrumentations: [
      new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url }) => isProbe(url) }),
      new UndiciInstrumentation(),
      new MongoDBInstrumentation({ enhancedDatabaseReporting: false }),
      new FastifyOtelInstrumentation({
        registerOnInitialization: true,
        instrumentHooks: false,
        instrumentHandler: false,
        recordExceptions: false,
        ignorePaths: ({ url }) => isProbe(url),
      }),
    ],
  })
  // Node's own modules are patched when they are required; the names that modules import of them are bound anew.
  for (const builtin of ['node:http', 'node:https']) createRequire(import.meta.url)(builtin)
  syncBuiltinESMExports()
}

function numberFrom(env: NodeJS.ProcessEnv, name: string, usual: string, [least, most]: [number, number]): number {
  const number = Number(env[name] || usual)
  if (number >= least && number <= most) return number
  throw new RangeError(`${name}: give a number from ${least} to ${most}`)
}

const tellAgainAfterMs = 60_000

/** Exports that fail are told in the log, at most once a minute: spans and metrics are lost then, and nothing else is. */
function tellFailures(service: string): void {
  const logger = createLogger({ service })
  let toldAt = Number.NEGATIVE_INFINITY
  setGlobalErrorHandler((err) => {
    if (performance.now() - toldAt < tellAgainAfterMs) return
    toldAt = performance.now()
    logger.warn({ component: 'telemetry', err }, 'Telemetry could not be exported')
  })
}
