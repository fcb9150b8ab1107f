import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { repository } from '../product/commands.ts'

interface Collector {
  receivers: Record<string, unknown>
  processors: Record<string, unknown>
  exporters: Record<string, unknown>
  service: { pipelines: Record<string, { receivers: string[]; processors: string[]; exporters: string[] }> }
}

const read = (file: string): string => readFileSync(join(repository, file), 'utf8')
const collector = parse(read('infra/otel/collector.yaml')) as Collector
const parts = ['receivers', 'processors', 'exporters'] as const

/** What pipelines name and nobody has described, and what is described and stands in no pipeline. */
function looseEnds({ service, ...described }: Collector): string[] {
  return parts.flatMap((part) => {
    const used = new Set(Object.values(service.pipelines).flatMap((pipeline) => pipeline[part]))
    const known = new Set(Object.keys(described[part]))
    return [...used.symmetricDifference(known)].map((name) => `${part}: ${name}`)
  })
}

test('every receiver, processor and exporter of a pipeline is described, and the other way round', () => {
  expect(looseEnds(collector)).toEqual([])
  const misspelt = structuredClone(collector)
  misspelt.service.pipelines['traces']!.processors[1] = 'attributes/person'
  expect(looseEnds(misspelt)).toEqual(['processors: attributes/person', 'processors: attributes/persons'])
})

test('memory is limited first and batches are made last', () => {
  for (const { processors } of Object.values(collector.service.pipelines))
    expect([processors[0], processors.at(-1)]).toEqual(['memory_limiter', 'batch'])
})

test('no attribute that libraries fill with a person’s pseudonym, an address or a query leaves the collector', () => {
  const { actions } = collector.processors['attributes/persons'] as { actions: { action: string; key: string }[] }
  const deleted = new Set(actions.filter(({ action }) => action === 'delete').map(({ key }) => key))
  const leaking = [
    'messaging.kafka.message.key',
    'url.path',
    'url.query',
    'url.full',
    'http.target',
    'http.url',
    'db.query.text',
    'db.statement',
    'user.id',
    'enduser.id',
    'client.address',
    'network.peer.address',
    'user_agent.original',
  ]
  expect(leaking.filter((key) => !deleted.has(key))).toEqual([])
  expect(collector.service.pipelines['traces']!.processors).toEqual(expect.arrayContaining(['attributes/persons', 'redaction/persons']))
})

test('whatever the key, a value with a personal number or a participant’s id is masked, and what operators need is not', () => {
  const { blocked_values } = collector.processors['redaction/persons'] as { blocked_values: string[] }
  const isMasked = (value: string) => blocked_values.some((pattern) => new RegExp(pattern).test(value))
  const persons = [
    '197809032399',
    '19780903-2399',
    '780903-2399',
    'plan of 7809032399',
    '/v1/participants/3b241101-e2bb-4255-8caf-4136c566a962/plan',
  ]
  const others = [
    '/v1/participants/:id/plan',
    'samresa.planning.v1.MeasureAdded',
    '2026-04-28',
    '29092',
    'samresa.planning.v1/0',
    'AF',
    '1.25',
  ]
  expect([persons.filter((value) => !isMasked(value)), others.filter(isMasked)]).toEqual([[], []])
})

test('Prometheus reads where the collector shows', () => {
  const { scrape_configs } = parse(read('infra/prometheus/prometheus.yaml')) as {
    scrape_configs: { static_configs: { targets: string[] }[] }[]
  }
  const { endpoint } = collector.exporters['prometheus'] as { endpoint: string }
  expect(scrape_configs.flatMap(({ static_configs }) => static_configs.flatMap(({ targets }) => targets))).toEqual([
    `otel-collector:${endpoint.split(':')[1]}`,
  ])
})
