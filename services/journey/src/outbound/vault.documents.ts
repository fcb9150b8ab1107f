import { createHmac } from 'node:crypto'
import type { Seal } from '@samresa/seal'
import { createRecentlyUsed, type DocumentStore } from '@samresa/store'
import type { PersonalFacts, Vault } from '../application/ports.ts'

type SealedText = Awaited<ReturnType<Seal['sealText']>>
type SealedFacts = Partial<Record<keyof PersonalFacts, SealedText>> & { keptFor?: string }

const facts = 'vault-v1'
const numbers = 'vault-number-v1'
const caseloads = 'caseload-v1'
const timesKept = 'vault-times-kept-v1'

const mostInCaseload = 100_000
const numbersInMemory = 20_000

/**
 * The vault in documents: each fact sealed under the participant's own key, and the personal number found by a keyed hash, so that neither
 * can be read from the file without the master key.
 */
export function createDocumentVault({ documents, seal }: { documents: DocumentStore; seal: Seal }): Vault {
  const key = seal.deriveKey('journey/personal-number')
  // A number stands for the same id for ever; reports ask by number, and each would pay for the hash and a read.
  const known = createRecentlyUsed<string>(numbersInMemory)
  const indexOf = (personalNumber: string) => createHmac('sha256', key).update(personalNumber).digest('base64url')

  const label = (name: string) => `vault/${name}`
  const lineOf = (caseworker: string) => encodeURIComponent(caseworker)

  async function findId(personalNumber: string): Promise<string | undefined> {
    const remembered = known.get(personalNumber)
    if (remembered !== undefined) return remembered
    const entry = await documents.get<{ participantId: string }>(numbers, indexOf(personalNumber))
    if (entry !== undefined) known.set(personalNumber, entry.participantId)
    return entry?.participantId
  }

  return {
    findId,
    claim: async (personalNumber, participantId) => {
      const document = { id: indexOf(personalNumber), body: { participantId } }
      const result = await documents.write([{ op: 'insert', collection: numbers, document }], 'durable')
      return result.outcome === 'written' ? participantId : (await findId(personalNumber))!
    },
    timesKept: (participantId) => documents.counter(timesKept, participantId),
    keptFor: async (participantId) => (await documents.get<SealedFacts>(facts, participantId))?.keptFor,
    keep: async (participantId, given, { by, at, commandId, kept }) => {
      const sealed = Object.entries(given).map(
        async ([name, text]) => [name, await seal.sealText(participantId, label(name), text)] as const,
      )
      const body: SealedFacts = { ...Object.fromEntries(await Promise.all(sealed)), keptFor: commandId }
      const { outcome } = await documents.write(
        [
          { op: 'put', collection: facts, document: { id: participantId, body } },
          { op: 'put', collection: caseloads, document: { id: `${lineOf(by)}/${at}/${participantId}`, body: { participantId } } },
          { op: 'advance', collection: timesKept, id: participantId, from: kept, to: kept + 1 },
        ],
        'durable',
      )
      return outcome === 'written'
    },
    open: async (participantId) => {
      const body = await documents.get<SealedFacts>(facts, participantId)
      const open = (name: keyof PersonalFacts) =>
        body?.[name] === undefined ? undefined : seal.openText(participantId, label(name), body[name])
      const [name, personalNumber, phone] = await Promise.all([open('name'), open('personalNumber'), open('phone')])
      if (name === undefined || personalNumber === undefined) return undefined
      return { name, personalNumber, ...(phone === undefined ? {} : { phone }) }
    },
    takenInBy: async (caseworker) => {
      const line = lineOf(caseworker)
      // "0" is the character after "/".
      const found = await documents.find<{ participantId: string }>(caseloads, {
        from: `${line}/`,
        before: `${line}0`,
        limit: mostInCaseload,
      })
      return found.map(({ body }) => body.participantId)
    },
  }
}
