import './start.ts'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { closeTelemetry, counter, inSpan, requireTelemetry, traceparentOf } from '../index.ts'

// A process as the services are, for tests: it answers one call, for which it makes another and fails at its work. Its first argument is a
// text that must not leave it.
const canary = process.argv[2]!
await requireTelemetry()
const server = createServer((request, response) => {
  const answer = () => response.end(traceparentOf() ?? 'untraced')
  if (request.url === '/inner' || request.url === '/livez') return answer()
  counter('samresa_dead_letters_total').add({ consumer: 'timeline' })
  try {
    inSpan('work', { kind: 'internal' }, () => {
      throw new RangeError(canary)
    })
  } catch {
    get(`${url}/inner`, (inner) => inner.resume().once('end', answer))
  }
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const headers = { baggage: `person=${canary}`, 'user-agent': canary, authorization: `Bearer ${canary}` }
const call = async (path: string) => (await fetch(`${url}${path}`, { headers })).text()
await call('/livez')
const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
console.log(await inSpan('call', { kind: 'internal', parent }, () => call(`/people/${canary}?number=${canary}`)))
server.close()
await closeTelemetry()
