import { createTempFolder } from '../product/temp-folder.ts'
import { dockerAnswers, startContainers } from './containers.ts'
import { EnginesMissing, findPorts, startEngines } from './engines.ts'
import type { EngineKind } from './programs.ts'

/** Servers for a run, wherever they come from. */
export interface ProvidedServers {
  /** In words: the environment, containers, tests/engines, or what is missing. */
  from: string
  /** What has to be added to the environment; what it named already is not repeated. */
  environment: Record<string, string>
  /** Whether all of the kinds are there. */
  complete: boolean
  stop(): Promise<void>
}

const variables: Record<EngineKind, string> = { kafka: 'KAFKA_BROKERS', mongo: 'MONGODB_URL', keycloak: 'KEYCLOAK_URL' }
const firstPort = 30_000

/** The servers that the environment names; for the others containers where a Docker engine answers, else servers started here. */
export async function provideServers(say: (line: string) => void): Promise<ProvidedServers> {
  const kinds = (Object.keys(variables) as EngineKind[]).filter((kind) => (process.env[variables[kind]] ?? '') === '')
  if (kinds.length === 0) return { from: 'the environment', environment: {}, complete: true, stop: async () => undefined }
  if (await dockerAnswers()) return { from: `containers (${kinds.join(', ')})`, complete: true, ...(await startContainers(kinds)) }
  const folder = createTempFolder('engines')
  try {
    const engines = await startEngines({
      data: folder.path,
      ports: await findPorts(firstPort, 1),
      kafkaNodes: kinds.includes('kafka') ? 1 : 0,
      mongoNodes: kinds.includes('mongo') ? 1 : 0,
      keycloak: kinds.includes('keycloak'),
      say,
    })
    const stop = async () => {
      await engines[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    }
    return { from: `tests/engines (${kinds.join(', ')})`, environment: engines.environment, complete: true, stop }
  } catch (error) {
    folder[Symbol.dispose]()
    if (!(error instanceof EnginesMissing)) throw error
    return { from: `nowhere: ${error.message}, or a Docker engine`, environment: {}, complete: false, stop: async () => undefined }
  }
}
