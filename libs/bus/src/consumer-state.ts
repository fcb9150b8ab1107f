/** Everything a consumer remembers lies here; without it the consumer begins again from the first event. */
export const consumerCollection = (name: string): string => `consumer/${name}`

/** Where the events of a source stream stand in a consumer: the counter that lets each event count once. */
export const fenceId = (source: string, stream: string): string => `${source}/${stream}`
