import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { repository } from '../product/commands.ts'

interface Dashboard {
  panels: { title: string; description: string; datasource: { uid: string }; targets: { expr: string }[] }[]
}

const folder = join(repository, 'infra/grafana')
const dashboards = readdirSync(join(folder, 'dashboards')).map(
  (name) => JSON.parse(readFileSync(join(folder, 'dashboards', name), 'utf8')) as Dashboard,
)

/** The metrics that there are, as Prometheus has them, with their labels: from the page made of the catalogue. */
const metrics = new Map(
  [...readFileSync(join(repository, 'docs/metrics.md'), 'utf8').matchAll(/^\| `(\w+)` \| (\w+) \| ([^|]+) \|/gm)].flatMap(
    ([, name, kind, labels]) => {
      const known = new Set([...labels!.matchAll(/`(\w+)`/g)].map(([, label]) => label!))
      return (kind === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']).map((suffix) => [name! + suffix, known] as const)
    },
  ),
)
/** What the collector adds from the resource, and what a histogram's buckets are told apart by. */
const everywhere = ['service_name', 'service_instance_id', 'le']

/** What a query names that does not exist: metrics, or labels that its metric does not have. */
function unknownIn(expression: string): string[] {
  const named = [...expression.matchAll(/samresa_\w+/g)].map(([name]) => name)
  const labels = [...expression.matchAll(/by \(([^)]+)\)/g)].flatMap(([, list]) => list!.split(/,\s*/))
  const known = new Set([...everywhere, ...named.flatMap((name) => [...(metrics.get(name) ?? [])])])
  return [
    ...(named.length === 0 ? ['no metric'] : []),
    ...named.filter((name) => !metrics.has(name)),
    ...labels.filter((label) => !known.has(label)),
  ]
}

test('every query names metrics and labels that there are', () => {
  const unknown = dashboards.flatMap(({ panels }) =>
    panels.flatMap(({ title, targets }) => targets.flatMap(({ expr }) => unknownIn(expr).map((name) => `${title}: ${name}`))),
  )
  expect(unknown).toEqual([])
  expect(unknownIn('sum by (agencies) (rate(samresa_report_total[5m]))')).toEqual(['samresa_report_total', 'agencies'])
})

test('every metric of ours is on a dashboard, and every panel says what it is and from where', () => {
  const queries = dashboards.flatMap(({ panels }) => panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))).join('\n')
  const names = [...new Set([...metrics.keys()].map((name) => name.replace(/_(bucket|sum|count)$/, '')))]
  expect(names.filter((name) => !queries.includes(name))).toEqual([])
  const { datasources } = parse(readFileSync(join(folder, 'datasources/prometheus.yaml'), 'utf8')) as { datasources: { uid: string }[] }
  for (const { title, description, datasource } of dashboards.flatMap(({ panels }) => panels)) {
    expect([title, description.length > 10, datasource.uid]).toEqual([title, true, datasources[0]!.uid])
  }
})
