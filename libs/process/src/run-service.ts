import { ConfigurationFault, readSettings, type Settings, type Values } from '@samresa/config'
import { openWaitingRoom } from '@samresa/http'
import { closeTelemetry, createLogger, type Logger, requireTelemetry, TelemetryFault } from '@samresa/telemetry'
import type { edgeSettings } from './edge-settings.ts'
import { createLifecycle, type Lifecycle } from './lifecycle.ts'

/** What a service finds around itself when its process starts. */
export interface Surroundings extends Lifecycle {
  service: string
  logger: Logger
}

export interface ServiceProgram<S extends Settings, E> {
  /** Short name: planning. */
  service: string
  settings: S
  /** Opens what the service needs. It may wait for as long as it takes: the process answers meanwhile that it is not ready. */
  open(config: Values<S>, surroundings: Surroundings): Promise<E>
  /** Starts the service at its address. */
  serve(config: Values<S>, engines: E, surroundings: Surroundings): Promise<{ close(): Promise<void> }>
}

const exitCodes = { stopped: 0, failed: 1, wrongSettings: 2, withoutTelemetry: 70 }

/** The process of one service: environment, configuration, engines, service; drains on SIGTERM and SIGINT, ends when something in it is dead. */
export async function runService<S extends Settings & typeof edgeSettings, E>(program: ServiceProgram<S, E>): Promise<void> {
  const { service, settings, open, serve } = program
  const config = settingsOrExit(settings)
  const edge = config as Values<typeof edgeSettings>
  const logger = createLogger({ service, level: edge.logLevel })
  const lifecycle = createLifecycle({ logger, exit: (code) => process.exit(code) })
  const surroundings: Surroundings = { ...lifecycle, service, logger }

  const fail = (error: unknown, message: string) => {
    logger.error({ err: error }, message)
    void lifecycle.end(error instanceof TelemetryFault ? exitCodes.withoutTelemetry : exitCodes.failed)
  }
  // The state after a fault that nobody caught is unknown: what was accepted is durable, a new process goes on from there.
  process.on('uncaughtException', (error) => fail(error, 'A fault that nobody caught'))
  process.on('unhandledRejection', (error) => fail(error, 'A rejection that nobody handled'))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      logger.info({ signal }, 'Draining')
      void lifecycle.end(exitCodes.stopped)
    })
  }

  // Closed last: it tells how the rest was closed.
  lifecycle.add('telemetry', { close: closeTelemetry })
  try {
    await requireTelemetry()
    const waitingRoom = await openWaitingRoom(edge.host, edge.port, lifecycle.health)
    lifecycle.add('waiting-room', waitingRoom)
    const engines = await open(config, surroundings)
    await waitingRoom.close()
    const running = await serve(config, engines, surroundings)
    lifecycle.add(service, running)
    logger.info({ port: edge.port }, 'Serving')
  } catch (error) {
    fail(error, 'The service could not start')
  }
}

function settingsOrExit<S extends Settings>(settings: S): Values<S> {
  try {
    return readSettings(settings, process.env)
  } catch (error) {
    if (!(error instanceof ConfigurationFault)) throw error
    process.stderr.write(`samresa: ${error.message}\n`)
    process.exit(exitCodes.wrongSettings)
  }
}
