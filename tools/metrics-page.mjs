// The page of all metrics, from the list that the code can count by.
import { metricCatalog } from '../libs/telemetry/src/metric-catalog.ts'

const introduction = `# Metrics

What every service tells an OpenTelemetry collector when \`OTEL_EXPORTER_OTLP_ENDPOINT\` is set, by OTLP over HTTP, every 15 seconds
(\`OTEL_METRIC_EXPORT_INTERVAL\`, in milliseconds). The names, labels and meanings are part of the product's interface: dashboards and alerts are built on
them. No label holds a person, nor anything of which there is one for each person. The service and its instance are resource attributes
(\`service.name\`, \`service.instance.id\`). Beside these there are \`http.server.request.duration\` and \`http.client.request.duration\` of OpenTelemetry, by
route, method and status. Made by \`npm run generate\` from \`libs/telemetry/src/metric-catalog.ts\`.
`

const code = (text) => `\`${text}\``
const row = ([name, { kind, labels, help, buckets }]) => {
  const within = buckets === undefined ? '' : ` Buckets: ${buckets.join(', ')}.`
  return `| ${code(name)} | ${kind} | ${labels.map(code).join(', ') || 'none'} | ${help}${within} |`
}

export const metricsPage = () =>
  [introduction, '| Metric | Kind | Labels | Meaning |', '|---|---|---|---|', ...Object.entries(metricCatalog).map(row), ''].join('\n')
