import { setTimeout as pause } from 'node:timers/promises'
import { type ServiceError, status } from '@grpc/grpc-js'
import { gateway as contract } from '@samresa/contracts'
import { readEvents } from '../product/event-source.ts'
import type { Product } from '../product/instance.ts'
import type { LoadPerson } from '../product/load-people.ts'
import { waitUntil } from '../product/wait-until.ts'
import { type History, type Listener, type Receipted, violationsOf } from './history-checker.ts'
import { calmMeasure } from './reporting-loop.ts'

/** What people noticed, in ms. */
export interface Noticed {
  receipts: number
  /** Longest time without a receipt, and without a message to the subscriber. */
  stallMs: { receipt: number; delivery: number }
  /** Messages and rows that came more than once after a broken connection. */
  doubled: number
}

/** A load that goes on while something is broken, and everything that is seen of it from outside. */
export interface Recording {
  /** Longest time without a receipt since then (performance.now()), about these participants only. */
  stallSince(since: number, participants: string[]): number
  /** How many reports have a receipt so far. */
  receipts(): number
  /**
   * Ends the reporting, waits until everything receipted is everywhere, and answers with what people noticed. Rejects with every violated
   * guarantee, also when something does not arrive by itself within the limit.
   */
  finish(withinMs: number): Promise<Noticed>
  [Symbol.asyncDispose](): Promise<void>
}

const type = 'samresa.planning.v1.AgencyMeasureRecorded'
/** For each person: often enough to meet every moment of a fault, and not so often that a plan grows to what no person has. */
const betweenReportsMs = 400
const deadlineMs = 8_000
const pauseAfterFailureMs = 200
const everyNthAgain = 10
/** Trouble on the way: the same message is sent again. Any other refusal is the product's word on the report. */
const passing: number[] = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.RESOURCE_EXHAUSTED, status.CANCELLED, status.ABORTED]

/** Starts reporting about these people, one report at a time for each, and listening. `round` keeps the reports apart from other rounds'. */
export async function recordHistory(product: Product, people: LoadPerson[], round: string): Promise<Recording> {
  const gateway = product.gateway('af-system')
  const participants = people.map(({ participantId }) => participantId)
  const history: History = {
    receipts: [],
    repeated: [],
    refused: [],
    listeners: [],
    planned: [],
  }
  const listener = (name: string, about: string[]): Listener => {
    const added = { name, about, events: [] }
    history.listeners.push(added)
    return added
  }
  const subscriber = listener("AF's stream", participants)
  const follower = listener('the followed timeline', participants.slice(0, 1))
  const timelines = listener('the timeline', participants)
  const times = { receipts: [] as { at: number; participantId: string }[], deliveries: [] as number[] }
  const listening = new AbortController()
  let reporting = true

  const send = async (participantId: string, nth: number): Promise<Receipted | undefined> => {
    const ref = `${round}-${participantId.slice(0, 8)}-${nth}`
    const report = {
      messageId: ref,
      person: { case: 'participantId' as const, value: participantId },
      measure: calmMeasure(ref, nth),
      decidedAt: '2026-04-29T07:00:00Z',
      channel: contract.Channel.GRPC,
    }
    for (;;) {
      try {
        const receipt = await gateway.reportMeasure(report, { deadlineMs })
        if (receipt.result === contract.Result.ACCEPTED) return { participantId, nth, ref, receiptId: receipt.receiptId }
        history.refused.push(`${ref}: ${receipt.code} ${receipt.field}`)
        return undefined
      } catch (error) {
        const { code, details } = error as ServiceError
        if (!passing.includes(code)) {
          history.refused.push(`${ref}: ${status[code]} ${details}`)
          return undefined
        }
        await pause(pauseAfterFailureMs)
      }
    }
  }

  const reportAbout = async (participantId: string) => {
    for (let nth = 0; reporting; nth++) {
      const receipted = await send(participantId, nth)
      if (receipted === undefined) continue
      history.receipts.push(receipted)
      times.receipts.push({ at: performance.now(), participantId })
      if (nth % everyNthAgain === 0) {
        const again = await send(participantId, nth)
        if (again !== undefined) history.repeated.push(again)
      }
      await pause(betweenReportsMs)
    }
  }

  const isOurs = (participantId: string, ref: string | undefined): ref is string =>
    participants.includes(participantId) && (ref?.startsWith(`${round}-`) ?? false)

  const subscribe = async (opened: () => void) => {
    let cursor = ''
    for (let connection = 0; !listening.signal.aborted; connection++) {
      try {
        const subscription = await gateway.subscribe(cursor)
        opened()
        const cancel = () => subscription.cancel()
        listening.signal.addEventListener('abort', cancel, { once: true })
        for await (const message of subscription) {
          cursor = message.cursor
          const ref = (JSON.parse(message.payload) as { measure?: { ref?: string } }).measure?.ref
          if (message.type === type && isOurs(message.participantId, ref)) {
            subscriber.events.push({ participantId: message.participantId, ref, eventId: message.eventId, connection })
            times.deliveries.push(performance.now())
          }
        }
        listening.signal.removeEventListener('abort', cancel)
      } catch {
        // Whatever ended it, a subscriber asks again from where it was.
      }
      if (!listening.signal.aborted) await pause(pauseAfterFailureMs)
    }
  }

  const follow = async (participantId: string, opened: () => void) => {
    let lastEventId: string | undefined
    for (let connection = 0; !listening.signal.aborted; connection++) {
      try {
        const answer = await fetch(`${product.ready.services.journey}/v1/participants/${participantId}/timeline/stream`, {
          headers: {
            authorization: `Bearer ${await product.tokenOf('anna')}`,
            'samresa-purpose': 'planning',
            accept: 'text/event-stream',
            ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
          },
          signal: listening.signal,
        })
        if (!answer.ok || answer.body === null) throw new Error(`the timeline's stream answers ${answer.status}`)
        opened()
        for await (const { id, data } of readEvents(answer.body)) {
          lastEventId = id ?? lastEventId
          const row = JSON.parse(data) as TimelineRow
          if (row.type === type && isOurs(participantId, row.data.measure?.ref))
            follower.events.push({ participantId, ref: row.data.measure.ref, eventId: row.eventId, connection })
        }
      } catch {
        // As with the subscriber.
      }
      if (!listening.signal.aborted) await pause(pauseAfterFailureMs)
    }
  }

  const readEnd = async () => {
    const plans = await Promise.all(participants.map((participantId) => gateway.getPlan(participantId)))
    history.planned = plans.flatMap(({ measures }, index) =>
      measures.filter(({ ref }) => isOurs(participants[index]!, ref)).map(({ ref }) => ({ participantId: participants[index]!, ref })),
    )
    const rows = await Promise.all(
      participants.map((participantId) => product.rest('anna').all<TimelineRow>('journey', `/v1/participants/${participantId}/timeline`)),
    )
    timelines.events = rows.flatMap((items, index) =>
      items
        .filter((row) => row.type === type && isOurs(participants[index]!, row.data.measure?.ref))
        .toSorted((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1))
        .map((row) => ({ participantId: participants[index]!, ref: row.data.measure!.ref, eventId: row.eventId, connection: 0 })),
    )
  }

  // Both listen before the first report; the one followed timeline is the first participant's.
  const opened = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
  const listeners = [subscribe(opened[0].resolve), follow(participants[0]!, opened[1].resolve)]
  await Promise.all(opened.map(({ promise }) => promise))
  const writers = participants.map(reportAbout)

  const end = async () => {
    reporting = false
    await Promise.all(writers)
    listening.abort()
    await Promise.all(listeners)
  }
  return {
    receipts: () => history.receipts.length,
    stallSince: (since, about) =>
      longestGap([
        since,
        ...times.receipts.filter(({ at, participantId }) => at > since && about.includes(participantId)).map(({ at }) => at),
      ]),
    async finish(withinMs) {
      const until = performance.now()
      reporting = false
      const deadline = until + withinMs
      await Promise.all(writers)
      try {
        await waitUntil(
          'everything receipted is everywhere',
          async () => {
            await readEnd().catch(() => undefined)
            return violationsOf(history).length === 0
          },
          Math.max(1_000, deadline - performance.now()),
        )
      } catch (cause) {
        throw new Error(`${history.receipts.length} receipts, and:\n${violationsOf(history).slice(0, 40).join('\n')}`, { cause })
      } finally {
        await end()
      }
      return {
        receipts: history.receipts.length,
        stallMs: {
          receipt: longestGap(times.receipts.map(({ at }) => at).filter((at) => at <= until)),
          delivery: longestGap(times.deliveries),
        },
        doubled: history.listeners.reduce((sum, { events }) => sum + events.length - new Set(events.map(({ eventId }) => eventId)).size, 0),
      }
    },
    [Symbol.asyncDispose]: end,
  }
}

interface TimelineRow {
  eventId: string
  type: string
  recordedAt: string
  data: { measure?: { ref: string } }
}

const longestGap = (times: number[]): number => Math.round(Math.max(0, ...times.slice(1).map((at, index) => at - times[index]!)))
