import type { Commit } from '@samresa/store'
import type { IHeaders, KafkaMessage, Message } from 'kafkajs'
import type { EventRecord } from '../event-bus.ts'
import { recordsOf } from '../event-record.ts'
import { accessTopic, topicOf } from '../topics.ts'

/** The lease's epoch under which a record was sent: no record of an older one stands behind one of a newer, but for a request on its way. */
export const epochHeader = 'samresa-relay-epoch'

/** The topic of a commit's events: a stream is of one package. Undefined for what is told to nobody. */
export const topicOfCommit = ({ events }: Commit): string | undefined => topicOf(events[0]!.type)

/** What keeps a stream's events in one partition: whom they are about, or their stream where that is nobody or everybody. */
export function keyOfCommit(commit: Commit): string {
  const subject = topicOfCommit(commit) === accessTopic ? '' : commit.events[0]!.subject
  return subject === '' ? commit.stream : subject
}

/** One record per event, CloudEvents 1.0 in binary mode; the value is the event's data as stored. */
export function messagesFrom(source: string, commit: Commit, epoch: number): Message[] {
  const key = keyOfCommit(commit)
  return recordsOf(source, commit).map((record) => ({ key, headers: headersFrom(record, epoch), value: JSON.stringify(record.data) }))
}

function headersFrom(record: EventRecord, epoch: number): IHeaders {
  const { id, type, source, time, subject, correlationId, causationId, traceparent, version, stream, actor, at, commit } = record
  return {
    ce_specversion: '1.0',
    ce_id: id,
    ce_type: type,
    ce_source: source,
    ce_time: time,
    ...(subject === '' ? {} : { ce_subject: subject }),
    ce_correlationid: correlationId,
    ...(causationId === undefined ? {} : { ce_causationid: causationId }),
    ce_seq: String(version),
    ce_stream: stream,
    ce_actor: actor,
    ce_recordedat: at,
    ce_commitseq: String(commit.seq),
    ce_commithash: commit.hash,
    ce_commitlast: String(commit.last),
    'content-type': 'application/json',
    ...(traceparent === undefined ? {} : { traceparent }),
    [epochHeader]: String(epoch),
  }
}

/** The event that a record tells. Throws when it is none: a header is missing, or the value is not JSON. */
export function eventFrom({ headers = {}, value }: Pick<KafkaMessage, 'headers' | 'value'>): EventRecord {
  const optional = (name: string): string | undefined => headers[name]?.toString()
  const text = (name: string): string => {
    const found = optional(name)
    if (found === undefined) throw new Error(`The header ${name} is missing`)
    return found
  }
  const count = (name: string): number => {
    const found = Number(text(name))
    if (!Number.isSafeInteger(found) || found < 1) throw new Error(`The header ${name} is not a number`)
    return found
  }
  const causationId = optional('ce_causationid')
  const traceparent = optional('traceparent')
  if (value === null) throw new Error('The value is missing')
  return {
    id: text('ce_id'),
    type: text('ce_type'),
    source: text('ce_source'),
    subject: optional('ce_subject') ?? '',
    time: text('ce_time'),
    stream: text('ce_stream'),
    version: count('ce_seq'),
    correlationId: text('ce_correlationid'),
    ...(causationId === undefined ? {} : { causationId }),
    ...(traceparent === undefined ? {} : { traceparent }),
    at: text('ce_recordedat'),
    actor: text('ce_actor'),
    data: JSON.parse(value.toString()),
    commit: { seq: count('ce_commitseq'), hash: text('ce_commithash'), last: text('ce_commitlast') === 'true' },
  }
}

interface UnreadableData {
  key?: string | undefined
  headers: Record<string, string>
  value?: string | undefined
}

/** True for what stands for a record that was no event when it was read. */
export const isUnreadable = ({ type }: EventRecord): boolean => type === ''

/** The event that an unreadable record tells by now. Throws while it is none. */
export function eventAgainFrom({ data }: EventRecord): EventRecord {
  const { headers, value } = data as UnreadableData
  return eventFrom({ headers, value: value === undefined ? null : Buffer.from(value, 'base64') })
}

/** Stands for a record that is no event, so that it can be set aside and shown: a stream of its own, under its partition and offset. */
export function unreadableFrom(topic: string, partition: number, message: KafkaMessage): EventRecord {
  const at = new Date(Number(message.timestamp)).toISOString()
  return {
    id: `${topic}/${partition}/${message.offset}`,
    type: '',
    source: topic,
    subject: '',
    time: at,
    stream: `${partition}/${message.offset}`,
    version: 1,
    correlationId: '',
    at,
    actor: '',
    data: {
      key: message.key?.toString('base64'),
      headers: Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)])),
      value: message.value?.toString('base64'),
    } satisfies UnreadableData,
    commit: { seq: 1, hash: '', last: true },
  }
}
