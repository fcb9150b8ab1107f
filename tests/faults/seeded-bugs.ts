/** One place of the product as it is, and as the bug has it. */
export interface Edit {
  file: string
  /** Stands there exactly once. */
  search: string
  replacement: string
}

/** A test, and what it says when it finds the bug: a failure for another reason does not count. */
export interface Catcher {
  project: 'inside' | 'engines'
  file: string
  name: string
  says: RegExp
}

export interface SeededBug {
  name: string
  /** Tried in every run; the others take minutes together, and are tried in long ones. */
  always?: true
  edits: Edit[]
  caughtBy: Catcher
}

const kafkaBusTest = 'libs/bus/src/kafka/kafka-bus.engines.test.ts'
const relayTest = 'libs/bus/src/kafka/relay.engines.test.ts'
const mongoStoreTest = 'libs/store/src/mongodb/mongo-store.engines.test.ts'

/** What would break a promise of the product without being seen in an ordinary run. */
export const seededBugs: SeededBug[] = [
  {
    name: 'the relay marks commits before it sends them',
    always: true,
    edits: [
      {
        file: 'libs/bus/src/kafka/relay.ts',
        search: 'markSoon(await sender.send(lane, due, epoch), epoch)',
        replacement: `await outbox.markPublished(due.map(({ commitId }) => ({ commitId, ...nowhere })), { name: lease.name, epoch })
      await sender.send(lane, due, epoch)`,
      },
    ],
    caughtBy: {
      project: 'engines',
      file: relayTest,
      name: 'what was sent and not marked when the process died is sent again, in order',
      says: /expected (\d+) to be greater than \1/,
    },
  },
  {
    name: 'the relay goes on after its lease has run out',
    edits: [
      {
        file: 'libs/bus/src/kafka/held-lease.ts',
        search: 'held !== undefined && performance.now() - held.since < ttlMs - marginMs ? held.epoch : undefined',
        replacement: 'held?.epoch',
      },
    ],
    caughtBy: {
      project: 'engines',
      file: relayTest,
      name: 'a relay that was frozen and wakes when another works sends nothing',
      says: /expected (\[ \d.* to deeply equal \[ \d|\d+ to be \d+)/,
    },
  },
  {
    name: 'the relay goes on after its mark was refused',
    edits: [
      {
        file: 'libs/bus/src/kafka/relay.ts',
        search: "if (outcome === 'refused' && lease.epoch() === epoch) lease.lose()",
        replacement: '',
      },
    ],
    caughtBy: {
      project: 'engines',
      file: 'libs/bus/src/kafka/relay-lease.engines.test.ts',
      name: 'a relay that learns from a mark that its lease is another’s sends nothing more',
      says: /expected 'marks' to be 'asks for the lease'/,
    },
  },
  {
    name: 'marks under an old epoch are accepted',
    always: true,
    edits: [
      {
        file: 'libs/store/src/mongodb/mongo-outbox.ts',
        search: "if (lease !== null && lease.epoch > epoch) return 'refused'",
        replacement: '',
      },
    ],
    caughtBy: {
      project: 'engines',
      file: mongoStoreTest,
      name: 'a holder whose lease has passed on marks nothing, and the new holder does',
      says: /expected 'marked' to be 'refused'/,
    },
  },
  {
    name: 'a consumer commits its offset before it handles',
    always: true,
    edits: [
      {
        file: 'libs/bus/src/kafka/partition-feed.ts',
        search: 'resolveOffset(batch.messages.at(-1)!.offset)',
        replacement: `resolveOffset(batch.messages.at(-1)!.offset)
      const offset = String(BigInt(batch.lastOffset()) + 1n)
      await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset }])`,
      },
    ],
    caughtBy: {
      project: 'engines',
      file: kafkaBusTest,
      name: 'what waits for another attempt when the process dies is heard after the restart, with all that follows it',
      says: /expected \[\] to deeply equal \[ 'sa', 'sb', 'sc' \]/,
    },
  },
  {
    name: 'the committed offset passes events that wait',
    edits: [
      {
        file: 'libs/bus/src/consumer/run-consumer.ts',
        search: 'if (reached !== undefined && position <= reached) through[lane] = position - 1',
        replacement: 'if (reached !== undefined && position <= reached) through[lane] = reached',
      },
    ],
    caughtBy: {
      project: 'engines',
      file: kafkaBusTest,
      name: 'what waits for another attempt when the process dies is heard after the restart, with all that follows it',
      says: /expected \[\] to deeply equal \[ 'sa', 'sb', 'sc' \]/,
    },
  },
  {
    name: 'a projection writes an event that its fence has passed',
    always: true,
    edits: [
      {
        file: 'libs/bus/src/projection.ts',
        search: 'if (fence.stop === undefined && record.version > fence.to) {',
        replacement: 'if (fence.stop === undefined) {',
      },
    ],
    caughtBy: {
      project: 'engines',
      file: kafkaBusTest,
      name: 'a read model has each event once, although everything is delivered again after a kill',
      says: /expected \[ 's\/1 a'/,
    },
  },
  {
    name: 'a projection passes over an event that it lacks',
    edits: [
      {
        file: 'libs/bus/src/projection.ts',
        search: 'if (record.version > fence.to + 1) fence.stop ??= { retryAfterMs: againAfterMs, missing: fence.to + 1 }',
        replacement: '',
      },
    ],
    caughtBy: {
      project: 'inside',
      file: 'libs/bus/src/projection.test.ts',
      name: 'an event that comes before the one it follows waits for it, and says which one that is',
      says: /expected \[ 'done' \]/,
    },
  },
  {
    name: 'a fence that stands elsewhere than a batch assumes is not noticed',
    edits: [
      {
        file: 'libs/store/src/mongodb/mongo-documents.ts',
        search: 'if (moved < plan.counters.size) throw new BeginsAnew()',
        replacement: 'if (moved < 0) throw new BeginsAnew()',
      },
    ],
    caughtBy: {
      project: 'engines',
      file: mongoStoreTest,
      name: 'a batch that meets other than it asks for, and whose reading of that goes unanswered, is refused by its first such write',
      says: /expected \{ outcome: 'written' \}/,
    },
  },
  {
    name: 'a fence is moved from wherever it stands, in a batch',
    edits: [
      {
        file: 'libs/store/src/mongodb/batch-plan.ts',
        search: 'if (value !== write.from) return { refused: index }',
        replacement: 'if (value > write.to) return { refused: index }',
      },
    ],
    caughtBy: {
      project: 'engines',
      file: mongoStoreTest,
      name: 'of two batches at once that move the same counter one counts, nothing of the other does, and a batch beside them is untouched',
      says: /expected \[ \{ outcome: 'written' \}/,
    },
  },
  {
    name: 'a fence is moved from wherever it stands, alone',
    edits: [
      {
        file: 'libs/store/src/mongodb/mongo-documents.ts',
        search: 'counters.updateOne({ _id, value: from }, change)',
        replacement: 'counters.updateOne({ _id }, change)',
      },
    ],
    caughtBy: {
      project: 'engines',
      file: mongoStoreTest,
      name: 'a counter moves only from where it stands; one that is absent stands at 0',
      says: /expected \{ outcome: 'written' \} to deeply equal \{ outcome: 'refused'/,
    },
  },
  {
    name: 'two commits may have one place in a stream',
    edits: [
      {
        file: 'libs/store/src/mongodb/collections.ts',
        search: "{ name: 'stream_seq', key: { stream: 1, seq: 1 }, unique: true }",
        replacement: "{ name: 'stream_seq', key: { stream: 1, seq: 1 } }",
      },
    ],
    caughtBy: {
      project: 'engines',
      file: mongoStoreTest,
      name: 'of sixteen that race for the same place one wins and the others are stale',
      says: /to have a length of 1 but got 16/,
    },
  },
  {
    name: 'an append whose answer was lost is taken for somebody else’s',
    edits: [
      {
        file: 'libs/store/src/mongodb/mongo-commits.ts',
        search: "isSameCall(found.call, document.call) ? appended() : { outcome: 'repeated', commit: remember(commitFrom(found)) }",
        replacement: "{ outcome: 'repeated', commit: remember(commitFrom(found)) }",
      },
    ],
    caughtBy: {
      project: 'engines',
      file: mongoStoreTest,
      name: 'an append whose connection is cut after it arrives, 2 times, is appended once and says so',
      says: /"outcome": "repeated"|'repeated'/,
    },
  },
  {
    name: 'an append that somebody else made is taken for one’s own',
    edits: [
      {
        file: 'libs/store/src/mongodb/call-mark.ts',
        search: 'a?.writer === b.writer && a.number === b.number',
        replacement: 'a !== undefined && b !== undefined',
      },
    ],
    caughtBy: {
      project: 'engines',
      file: mongoStoreTest,
      name: 'of two that append the same commit, one over a network that cuts its answers, one says appended and the other repeated',
      says: /'appended', 'appended'/,
    },
  },
  {
    name: 'an advance whose answer was lost is refused',
    edits: [
      {
        file: 'libs/store/src/mongodb/mongo-documents.ts',
        search: 'return repeated && (await isOwn(counters, idOf(write.collection, write.id), call)) ? written : refused(0)',
        replacement: 'return refused(0)',
      },
    ],
    caughtBy: {
      project: 'engines',
      file: mongoStoreTest,
      name: 'an insert and an advance whose answers are lost are written, and refused to whoever comes second',
      says: /'refused', 'refused'/,
    },
  },
  {
    name: 'a reaction runs under a new commandId',
    edits: [
      {
        file: 'services/planning/src/inbound/events/agency.consumers.ts',
        search: '{ ...callFrom(record), commandId: record.id }',
        replacement: '{ ...callFrom(record), commandId: crypto.randomUUID() }',
      },
    ],
    caughtBy: {
      project: 'inside',
      file: 'services/planning/src/inbound/events/agency.consumers.test.ts',
      name: 'a report that is delivered again changes nothing, also when a later one has come meanwhile',
      says: /expected \{ plan: .* to deeply equal \{ plan: /,
    },
  },
  {
    name: 'a consumer lets an error through into kafkajs',
    edits: [
      {
        file: 'libs/bus/src/kafka/partition-feed.ts',
        search: 'return [{ record: unreadableFrom(topic, partition, message), unreadable: reasonOf(error), ...place }]',
        replacement: 'throw error',
      },
      {
        file: 'libs/bus/src/kafka/partition-feed.ts',
        search: "logger.debug({ err: error, consumer: name }, 'batch not taken in')",
        replacement: 'throw error',
      },
    ],
    caughtBy: {
      project: 'engines',
      file: kafkaBusTest,
      name: 'a record that is no event is set aside under its partition and offset, and holds nobody up',
      says: /timed out/,
    },
  },
  {
    name: 'what follows a parked event is handled before it',
    edits: [
      {
        file: 'libs/bus/src/consumer/run-consumer.ts',
        search: 'return waiting === undefined\n',
        replacement: 'return waiting === undefined || waiting.parked !== undefined\n',
      },
    ],
    caughtBy: {
      project: 'inside',
      file: 'libs/bus/src/consumer/run-consumer.test.ts',
      name: 'nothing that comes behind a parked event is handled before it',
      says: /expected \[ 'second', 'beside' \]/,
    },
  },
  {
    name: 'what follows an event that is tried again is handled before it',
    edits: [
      {
        file: 'libs/bus/src/consumer/run-consumer.ts',
        search: 'return waiting === undefined\n',
        replacement: 'return waiting?.parked === undefined\n',
      },
    ],
    caughtBy: {
      project: 'inside',
      file: 'libs/bus/src/consumer/run-consumer.test.ts',
      name: 'nothing that comes behind an event that is tried again is handled before it',
      says: /expected \[ 'second', 'beside' \]/,
    },
  },
]
