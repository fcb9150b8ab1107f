import type { DocumentStore } from '@samresa/store'

/** Everything a consumer remembers lies here; without it the consumer begins again from the first event. */
export const consumerCollection = (name: string): string => `consumer/${name}`

/** Where the events of a source stream stand in a consumer: the counter that lets each event count once. */
export const fenceId = (source: string, stream: string): string => `${source}/${stream}`

/** Lets a consumer begin again from the first event, for a read model that is built anew. The consumer must not be running. */
export const forgetConsumer = (documents: DocumentStore, name: string): Promise<void> => documents.drop(consumerCollection(name))
