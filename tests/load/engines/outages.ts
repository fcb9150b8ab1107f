import { setTimeout as pause } from 'node:timers/promises'
import type { ProductionInstance } from '../../product/instance.ts'
import type { LoadPerson } from '../../product/load-people.ts'
import { waitUntil } from '../../product/wait-until.ts'
import { reportFor } from '../closed-loop.ts'
import { rowsOf } from '../effects.ts'
import { createReports } from '../reports.ts'
import { rounded } from '../statistics.ts'
import type { TimelineModel } from './timeline-model.ts'

export interface WorkedOff {
  eventsPerSecond: number
  events: number
  /** From the service's new start until the first row was written. */
  firstRowMs: number
  ms: number
}

const inFlight = 16
/** A frozen consumer is out of its group after ten seconds of silence: its successor waits for nobody then. */
const forgottenAfterMs = 12_000
const giveUpAfterMs = 180_000

/**
 * Planning hangs while reports are accepted, is killed and comes back: how fast everything that piled up is handled. Counted are the reports
 * and what planning makes of them, until the last row is on the timeline.
 */
export async function timeCatchUp(
  instance: ProductionInstance,
  people: LoadPerson[],
  { model, milliseconds, prefix }: { model: TimelineModel; milliseconds: number; prefix: string },
): Promise<WorkedOff> {
  const before = await model.rows()
  instance.freezeService('planning')
  const frozenAt = performance.now()
  const { reports } = await reportFor(instance.gateway('af-system'), createReports(people, prefix), { inFlight, milliseconds })
  await pause(Math.max(0, forgottenAfterMs - (performance.now() - frozenAt)))
  const rows = reports.reduce((sum, report) => sum + rowsOf(report), 0)
  return await untilRows(model, { before, rows, events: reports.length + rows }, () => instance.killService('planning'))
}

/** The timeline's rows and all that its consumer remembers are removed, and journey starts anew: how fast it is all there again. */
export async function timeRebuild(instance: ProductionInstance, model: TimelineModel): Promise<WorkedOff> {
  const rows = await model.rows()
  instance.freezeService('journey')
  await pause(forgottenAfterMs)
  await model.drop()
  return await untilRows(model, { before: 0, rows, events: rows }, () => instance.killService('journey'))
}

async function untilRows(
  model: TimelineModel,
  { before, rows, events }: { before: number; rows: number; events: number },
  start: () => void,
): Promise<WorkedOff> {
  const began = performance.now()
  start()
  const first = await waitUntil('the first row', async () => (await model.rows()) > before && performance.now(), giveUpAfterMs)
  await waitUntil('the last row', async () => (await model.rows()) >= before + rows, giveUpAfterMs)
  const ms = performance.now() - began
  return { eventsPerSecond: Math.round((events / ms) * 1000), events, firstRowMs: rounded(first - began), ms: rounded(ms) }
}
