import type { EventRecord } from '../event-bus.ts'
import type { HeldStream } from './held-streams.ts'

/** One event with its place: a lane is what one counter orders, a source's log or a partition. */
export interface Placed {
  record: EventRecord
  lane: string
  position: number
  /** Why this is no event that a handler could be given. */
  unreadable?: string
}

/** Positions by lane. */
export type Positions = Record<string, number>

/** Where the events of one subscription come from, on whatever engine. */
export interface Feed {
  /** Grows whenever other lanes may be ours than before: then everything not remembered comes again, and what was taken before is void. */
  generation(): number
  owns(lane: string): boolean
  /** Takes what has come, in order per lane. Begins at once: what is void by the next generation is never given. */
  take(): Promise<Placed[]>
  /** True while the next `take` has something to give. */
  hasMore(): boolean
  /** Told when a batch is being handled: time to read on. */
  readAhead(): void
  /** Everything up to these positions has been taken. */
  through(): Positions
  /** Remembers, late, that everything up to these positions is handled or set aside. `waiting` counts what is kept in memory by lane. */
  keep(handled: Positions, waiting: Map<string, number>): void
  /** Where the lanes end at this moment, those of other processes too. */
  ends(): Promise<Positions>
  /** How far other processes are in these lanes; left out where there are none. */
  elsewhere?(lanes: string[]): Promise<Positions>
  /** Reads what waits in a held stream and has been taken; left out where nothing can be read again, so that what waits is kept. */
  readAgain?(held: HeldStream): Promise<EventRecord[]>
  /** Reads a record that was set aside for being unreadable once more; left out where every record is an event. */
  readOut?(record: EventRecord): Pick<Placed, 'record' | 'unreadable'>
  /** Calls back when there is something to take. */
  onNews(listener: () => void): void
  /** Takes nothing more in. */
  stop(): Promise<void>
  /** Remembers where it is, and lets go. */
  close(): Promise<void>
}
