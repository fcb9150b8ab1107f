import { createSecretKey, hkdfSync } from 'node:crypto'
import { catalogue, type EventType, isEventType } from '@samresa/contracts'
import type { DocumentStore, StoredEvent } from '@samresa/store'
import { createParticipantKeys } from './participant-keys.ts'
import { putBack, takeOut } from './pointers.ts'
import { closeBox, openBox, type SealedText } from './sealed-box.ts'

/** The one door to sealed texts: free text and health facts leave and enter the stored events here. */
export interface Seal {
  /**
   * Takes the parts that the catalogue names out of the event's data and puts `data.sealed` in their place. The given event is not changed;
   * an event without such parts, or sealed already, comes back as it is. Rejects for an event type that the catalogue
   * does not know, and for open texts beside sealed ones.
   */
  sealEvent(event: StoredEvent): Promise<StoredEvent>
  /** The reverse. When the participant's key is erased, or the bytes were altered, the texts stay away and `data.sealed` stays. */
  openEvent(event: StoredEvent): Promise<StoredEvent>
  /** Seals one text of a participant; `label` names its place and must be given again to open it. */
  sealText(participantId: string, label: string, text: string): Promise<SealedText>
  /** The text, or undefined when the key is erased or the text belongs to another participant or place. */
  openText(participantId: string, label: string, sealed: SealedText): Promise<string | undefined>
  /** 32 bytes for another purpose (an index, a signature), always the same for the same label and master key. */
  deriveKey(label: string): Buffer
}

type EventBody = Record<string, unknown> & { sealed?: SealedText }

const pointersOf = (type: EventType, data: unknown): string[] => (catalogue[type].sealed as (data: unknown) => string[])(data)

/** `documents` is the keys' own store: whoever may read it and the master key can read every text. `masterKey` has 32 bytes. */
export function createSeal({ documents, masterKey }: { documents: DocumentStore; masterKey: Buffer }): Seal {
  if (masterKey.length !== 32) throw new Error('the master key must have 32 bytes')
  const keys = createParticipantKeys(documents, createSecretKey(masterKey))

  const seal = async (subject: string, place: string, text: string): Promise<SealedText> => {
    const { kid, key } = keys.cached(subject) ?? (await keys.obtain(subject))
    return { kid, ...closeBox(key, `${subject}|${place}`, text) }
  }

  const open = async (subject: string, place: string, sealed: SealedText): Promise<string | undefined> => {
    const found = keys.cached(subject) ?? (await keys.find(subject))
    return found?.kid === sealed.kid ? openBox(found.key, `${subject}|${place}`, sealed)?.toString('utf8') : undefined
  }

  // What was sealed here a moment ago is heard here too: as long as the stored data is the same object, its open form is at hand.
  const openForms = new WeakMap<object, StoredEvent>()

  return {
    sealText: seal,
    openText: open,

    sealEvent: async (event) => {
      const data = event.data as EventBody
      if (!isEventType(event.type)) throw new Error(`no event type ${event.type} in the catalogue: what to seal in it is unknown`)
      const pointers = pointersOf(event.type, data)
      if (pointers.length === 0) return event
      const { rest, taken } = takeOut(data, pointers)
      if (Object.keys(taken).length === 0) return event
      // Sealing the one would lose the other; leaving it would store a text in the clear.
      if (data.sealed !== undefined) throw new Error('an event holds open texts beside sealed ones')
      rest['sealed'] = await seal(event.subject, event.id, JSON.stringify(taken))
      openForms.set(rest, event)
      return { ...event, data: rest }
    },

    openEvent: async (event) => {
      const openForm = openForms.get(event.data as object)
      if (openForm?.id === event.id && openForm.subject === event.subject) return { ...event, data: openForm.data }
      const { sealed, ...rest } = event.data as EventBody
      if (sealed === undefined) return event
      const text = await open(event.subject, event.id, sealed)
      return text === undefined ? event : { ...event, data: putBack(rest, JSON.parse(text)) }
    },

    deriveKey: (label) => Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), `samresa|${label}`, 32)),
  }
}
