/** One server-sent event as it came. */
export interface ReceivedEvent {
  event: string
  id?: string
  // biome-ignore lint/suspicious/noExplicitAny: checked field by field
  data: any
}

const fieldsFrom = (block: string): ReceivedEvent | undefined => {
  const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]))
  const event = fields.get('event')
  if (event === undefined) return undefined
  const id = fields.get('id')
  return { event, ...(id === undefined ? {} : { id }), data: JSON.parse(fields.get('data') ?? 'null') }
}

/** Reads server-sent events one by one; comments are passed over. Resolves once the stream is open. */
export async function followStream(url: string, headers: Record<string, string>) {
  const leaving = new AbortController()
  const response = await fetch(url, { headers, signal: leaving.signal })
  async function* events(): AsyncGenerator<ReceivedEvent> {
    let text = ''
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const received = fieldsFrom(text.slice(0, end))
        text = text.slice(end + 2)
        if (received !== undefined) yield received
      }
    }
  }
  const received = events()
  return {
    status: response.status,
    /** The next event; undefined when the stream has ended. */
    next: async () => (await received.next()).value as ReceivedEvent | undefined,
    leave: () => leaving.abort(),
  }
}
