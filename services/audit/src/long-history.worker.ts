// Checks an installation of which one stream, and the witness too, is larger than this thread's memory, for verify.test.ts.
import { parentPort } from 'node:worker_threads'
import { type ChainRow, hashCommit } from '@samresa/store'
import { witnessStream } from './application/witness.ts'
import { verifyEvidence } from './verify.ts'

const commits = 6_000
const filling = 'x'.repeat(16_000)

/** A chain made while it is read, each commit with the events that `eventsOf` gives for its number. */
function* aChain(stream: string, eventsOf: (seq: number) => object[]): Generator<ChainRow> {
  let prevHash = ''
  for (let seq = 1; seq <= commits; seq++) {
    const meta = JSON.stringify({ filling, seq })
    const text = { stream, seq, commitId: `${stream}-${seq}`, firstVer: seq, events: JSON.stringify(eventsOf(seq)), meta, prevHash }
    prevHash = hashCommit(text)
    yield { ...text, hash: prevHash }
  }
}

const plan = () => aChain('plan-p', (seq) => [{ seq }])
const hashes = plan()
  .map(({ hash }) => hash)
  .toArray()
const witness = () =>
  aChain(witnessStream, (seq) => [{ data: { commits: [{ service: 'planning', stream: 'plan-p', seq, hash: hashes[seq - 1] }] } }])

const report = await verifyEvidence({
  services: ['planning', 'audit'],
  commitRows: (service) => (service === 'planning' ? plan() : witness()),
  documentRows: () => [],
})
parentPort!.postMessage(report)
