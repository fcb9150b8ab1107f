export const accessTopic = 'samresa.access.v1'
const witnessTopic = 'samresa.audit.v1'

/** Where events of a type are told: the type up to its last dot. Undefined for the witness's own, which are told to nobody. */
export function topicOf(type: string): string | undefined {
  const topic = type.slice(0, type.lastIndexOf('.'))
  return topic === witnessTopic ? undefined : topic
}

/** True when a consumer hears events of this type. */
export function isHeard(type: string, accesses: boolean): boolean {
  const topic = topicOf(type)
  return topic !== undefined && (accesses || topic !== accessTopic)
}

/** Topics where what a service tells is found. A service tells in the topic of its name's first word; accesses of all have one topic. */
export function topicsOf(source: string, accesses: boolean): string[] {
  const own = topicOf(`samresa.${source.split('-')[0]}.v1.`)
  return [...(own === undefined ? [] : [own]), ...(accesses ? [accessTopic] : [])]
}
