import { expect, test } from 'vitest'
import { hashCommit } from './commit.ts'
import type { ChainRow } from './verify-chain.ts'
import { createStreamCheck, verifyCommits, verifyStream } from './verify-chain.ts'

const rehash = (row: ChainRow): ChainRow => ({ ...row, hash: hashCommit(row) })

function aChain(length: number, stream = 'plan-p'): ChainRow[] {
  const rows: ChainRow[] = []
  for (let seq = 1; seq <= length; seq++) {
    const text = {
      stream,
      seq,
      commitId: `${stream}-${seq}`,
      firstVer: seq,
      events: `[{"n":${seq}}]`,
      meta: '{}',
      prevHash: rows.at(-1)?.hash ?? '',
    }
    rows.push({ ...text, position: seq * 2, hash: hashCommit(text) })
  }
  return rows
}

const headOf = (rows: ChainRow[]) => ({ seq: rows.at(-1)!.seq, hash: rows.at(-1)!.hash })
const changed = (rows: ChainRow[], seq: number, change: Partial<ChainRow>) =>
  rows.map((row) => (row.seq === seq ? { ...row, ...change } : row))
const faultsOf = (rows: ChainRow[], witnessed = headOf(aChain(6))) => verifyStream(rows, witnessed).map(({ seq, kind }) => `${seq} ${kind}`)

test('an untouched stream has no faults, with or without a witness, and also when it has grown since', () => {
  expect(faultsOf(aChain(6))).toEqual([])
  expect(verifyStream(aChain(6))).toEqual([])
  expect(faultsOf(aChain(9))).toEqual([])
})

test.each<[string, Partial<ChainRow>]>([
  ['events', { events: '[{"n":99}]' }],
  ['meta', { meta: '{"actor":"x"}' }],
  ['commitId', { commitId: 'other' }],
  ['firstVer', { firstVer: 77 }],
  ['prevHash', { prevHash: 'ab' }],
  ['hash', { hash: 'ab' }],
])('a changed %s is ALTERED at that commit and nowhere else', (_, change) => {
  for (const seq of [1, 3, 6]) expect(faultsOf(changed(aChain(6), seq, change))).toEqual([`${seq} ALTERED`])
})

test('a change whose own hash was made to fit is found by the commit that follows, or by the witness', () => {
  for (const seq of [1, 3, 6]) {
    const rows = aChain(6).map((row) => (row.seq === seq ? rehash({ ...row, events: '[{"n":99}]' }) : row))
    expect(faultsOf(rows)).toEqual([`${seq} ALTERED`])
  }
})

test('a chain made anew from the change on is found by the witness', () => {
  let prevHash = ''
  const rows = aChain(6).map((row) => {
    const forged = rehash({ ...row, prevHash, events: '[{"n":0}]' })
    prevHash = forged.hash
    return forged
  })
  expect(faultsOf(rows)).toEqual(['6 ALTERED'])
})

test('a commit missing in the middle is ALTERED at its number', () => {
  for (const seq of [1, 3, 5]) expect(faultsOf(aChain(6).filter((row) => row.seq !== seq))).toEqual([`${seq} ALTERED`])
})

test('a lost tail and a lost stream are found by the witness', () => {
  expect(faultsOf(aChain(6).slice(0, 4))).toEqual(['5 MISSING_TAIL'])
  expect(faultsOf([])).toEqual(['6 MISSING_STREAM'])
  expect(verifyStream(aChain(6).slice(0, 4))).toEqual([])
})

test('intact commits that have changed places are REORDERED', () => {
  const rows = aChain(6)
  const swappedNumbers = rows.map((row) => (row.seq === 2 ? { ...row, seq: 4 } : row.seq === 4 ? { ...row, seq: 2 } : row))
  expect(faultsOf(swappedNumbers)).toEqual(['2 REORDERED', '4 REORDERED'])
  const firstTwo = rows.map((row) => (row.seq === 1 ? { ...row, seq: 2 } : row.seq === 2 ? { ...row, seq: 1 } : row))
  expect(faultsOf(firstTwo)).toEqual(['1 REORDERED', '2 REORDERED'])
  const lastTwo = rows.map((row) => (row.seq === 5 ? { ...row, seq: 6 } : row.seq === 6 ? { ...row, seq: 5 } : row))
  expect(faultsOf(lastTwo)).toEqual(['5 REORDERED', '6 REORDERED'])
  const swappedPositions = changed(changed(rows, 3, { position: 8 }), 4, { position: 6 })
  expect(faultsOf(swappedPositions)).toEqual(['4 REORDERED'])
})

test('an engine without positions is checked by numbers and hashes alone', () => {
  const rows = aChain(6).map(({ position: _, ...row }) => row)
  expect(verifyStream(rows, headOf(aChain(6)))).toEqual([])
  const swapped = rows.map((row) => (row.seq === 2 ? { ...row, seq: 4 } : row.seq === 4 ? { ...row, seq: 2 } : row))
  expect(verifyStream(swapped, headOf(aChain(6)))).toEqual([
    { stream: 'plan-p', seq: 2, kind: 'REORDERED' },
    { stream: 'plan-p', seq: 4, kind: 'REORDERED' },
  ])
})

test('a whole store is counted and each stream checked against its own witness', async () => {
  const rows = [...aChain(3, 'a'), ...changed(aChain(3, 'b'), 2, { meta: '{"x":1}' }), ...aChain(2, 'c')]
  const witnessed = new Map([
    ['a', headOf(aChain(3, 'a'))],
    ['c', headOf(aChain(3, 'c'))],
    ['d', { seq: 2, hash: 'ab' }],
  ])
  expect(await verifyCommits(rows, witnessed)).toEqual({
    streams: 3,
    commits: 8,
    events: 8,
    faults: [
      { stream: 'b', seq: 2, kind: 'ALTERED' },
      { stream: 'c', seq: 3, kind: 'MISSING_TAIL' },
      { stream: 'd', seq: 2, kind: 'MISSING_STREAM' },
    ],
  })
})

test('rows that come one by one are told as sound once nothing speaks against them any more, and a forged one never', () => {
  const sound: number[] = []
  const check = (rows: ChainRow[]) => {
    sound.length = 0
    const each = createStreamCheck('plan-p', { witnessed: headOf(aChain(6)), onSound: ({ seq }) => sound.push(seq) })
    for (const row of rows) each.add(row)
    return each
  }
  const inOrder = check(aChain(6))
  expect(sound).toEqual([1, 2, 3, 4, 5])
  inOrder.finish()
  expect(sound).toEqual([1, 2, 3, 4, 5, 6])
  for (const seq of [1, 3, 6]) {
    check(aChain(6).map((row) => (row.seq === seq ? rehash({ ...row, events: '[{"n":99}]' }) : row))).finish()
    expect(sound).toEqual([1, 2, 3, 4, 5, 6].filter((other) => other !== seq))
  }
})
