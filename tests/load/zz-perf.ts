import { readFileSync, writeFileSync } from 'node:fs'
import { connectToRunning } from '../product/instance.ts'
import { enrolPeople } from '../product/load-people.ts'
import { reportFor } from './closed-loop.ts'
import { receiveDeliveries } from './deliveries.ts'
import { createReports } from './reports.ts'
import { latencyOf } from './statistics.ts'

const product = connectToRunning(process.argv[2])
const pid = product.ready.pid
const cpu = (task: string) => {
  const f = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(f[11]) + Number(f[12])) * 10
}

import { readdirSync } from 'node:fs'

const all = () => Object.fromEntries(readdirSync(`/proc/${pid}/task`).map((t) => [t, cpu(t)]))
const rss = () => (Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024) | 0
const people = await enrolPeople(product as never, 1000)
console.log('enrolled', rss())
const d = await receiveDeliveries(product.gateway('af-system'))
const targets = (await (await fetch('http://127.0.0.1:9229/json/list').catch(() => undefined))?.json()) as
  | { webSocketDebuggerUrl: string }[]
  | undefined
const ws = targets && new WebSocket(targets[0]!.webSocketDebuggerUrl)
if (ws) await new Promise((r) => ws.addEventListener('open', r))
let id = 0
const cdp = (method: string, params = {}) =>
  new Promise<any>((done) => {
    const mine = ++id
    const on = (e: MessageEvent) => {
      const m = JSON.parse(e.data)
      if (m.id === mine) {
        ws!.removeEventListener('message', on)
        done(m.result)
      }
    }
    ws!.addEventListener('message', on)
    ws!.send(JSON.stringify({ id: mine, method, params }))
  })
const gw = product.gateway('af-system')
await reportFor(gw, createReports(people, 'warm'), { inFlight: 8, milliseconds: 2000 })
if (ws) {
  await cdp('Profiler.enable')
  await cdp('Profiler.setSamplingInterval', { interval: 500 })
  await cdp('Profiler.start')
}
for (const inFlight of [32, 32]) {
  const before = all()
  const me = process.cpuUsage()
  const r = await reportFor(gw, createReports(people, `p${inFlight}-${Math.random()}`), { inFlight, milliseconds: 6000 })
  const after = all()
  const mine = process.cpuUsage(me)
  console.log(
    inFlight,
    Math.round((r.reports.length / r.milliseconds) * 1000),
    latencyOf(r.reports.map((x) => x.answeredAt - x.sentAt)),
    'rss',
    rss(),
    'client cpu',
    ((mine.user + mine.system) / 1000 / r.milliseconds).toFixed(2),
  )
  const n = r.reports.length
  console.log(
    Object.entries(after)
      .map(([t, c]) => [t === String(pid) ? 'main' : t, c - (before[t] ?? 0)] as const)
      .filter(([, c]) => c > 50)
      .map(([t, c]) => `${t}: ${(c / r.milliseconds).toFixed(2)} (${((c * 1000) / n).toFixed(0)}us)`)
      .join('  '),
  )
}
if (ws) {
  const { profile } = await cdp('Profiler.stop')
  writeFileSync('/tmp/load.cpuprofile', JSON.stringify(profile))
}
process.exit(0)
