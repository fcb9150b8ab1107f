import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startEngines, stopEngines, usualPorts } from './engines.ts'
import type { EngineKind } from './programs.ts'

const usage = 'npm run -s engines -- [kafka] [mongo] [keycloak] [--nodes 3] [--data DIR] [--json] | --stop [--wipe]'
const kinds: EngineKind[] = ['kafka', 'mongo', 'keycloak']

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      nodes: { type: 'string', default: '1' },
      data: { type: 'string', default: process.env['ENGINES_DATA'] ?? join(tmpdir(), 'samresa-engines') },
      json: { type: 'boolean', default: false },
      stop: { type: 'boolean', default: false },
      wipe: { type: 'boolean', default: false },
    },
  })
  const unknown = positionals.find((word) => !(kinds as string[]).includes(word))
  if (unknown !== undefined) throw new Error(`no engine is called "${unknown}"`)
  const nodes = Number(values.nodes)
  if (![1, 3].includes(nodes)) throw new Error('--nodes takes 1 or 3')
  return { ...values, nodes, wanted: positionals.length > 0 ? positionals : kinds }
}

const portsFromEnvironment = (): Record<EngineKind, number> => ({
  kafka: Number(process.env['KAFKA_PORT'] ?? usualPorts.kafka),
  mongo: Number(process.env['MONGO_PORT'] ?? usualPorts.mongo),
  keycloak: Number(process.env['KEYCLOAK_PORT'] ?? usualPorts.keycloak),
})

async function main({ nodes, data, json, stop, wipe, wanted }: ReturnType<typeof readArguments>): Promise<void> {
  if (stop || wipe) {
    await stopEngines(data)
    if (wipe) rmSync(data, { recursive: true, force: true })
    return
  }
  const { environment } = await startEngines({
    data,
    ports: portsFromEnvironment(),
    kafkaNodes: wanted.includes('kafka') ? nodes : 0,
    mongoNodes: wanted.includes('mongo') ? nodes : 0,
    keycloak: wanted.includes('keycloak'),
    outlive: true,
    say: (line) => process.stderr.write(`engines: ${line}\n`),
  })
  const lines = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'\n`)
  process.stdout.write(json ? `${JSON.stringify(environment)}\n` : lines.join(''))
}

try {
  await main(readArguments())
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`)
  process.exitCode = 1
}
