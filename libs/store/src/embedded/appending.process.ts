// The process that the kill test kills: appends without end to eight streams and prints each commitId once it is acknowledged.
import { writeSync } from 'node:fs'
import { headOf } from '../commit.ts'
import { aDraft } from '../commit-draft.builder.ts'
import { openEmbeddedStore } from './embedded-store.ts'

const [, , file = '', round = ''] = process.argv
const store = await openEmbeddedStore({ file })

const appendForEver = async (stream: string) => {
  let head = await store.commits.head(stream)
  for (let n = 1; ; n++) {
    const result = await store.commits.append(aDraft(stream, `${round}-${stream}-${n}`, 2), head)
    if (result.outcome !== 'appended') throw new Error(result.outcome)
    head = headOf(result.commit)
    writeSync(1, `${result.commit.commitId}\n`)
  }
}
await Promise.all(Array.from({ length: 8 }, (_, index) => appendForEver(`s${index}`)))
