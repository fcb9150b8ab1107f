/** One message of a server-sent event stream. */
export interface StreamedEvent {
  event: string
  id?: string
  data: string
}

/** Reads server-sent events from an answer's body until it ends or the fetch is aborted. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamedEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true })
    const blocks = rest.split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const found = eventFrom(block)
      if (found !== undefined) yield found
    }
  }
}

/** undefined for a block without data: comments that keep the line open. */
function eventFrom(block: string): StreamedEvent | undefined {
  const fields = new Map<string, string>()
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')]
    fields.set(name, name === 'data' && fields.has('data') ? `${fields.get('data')}\n${value}` : value)
  }
  const [data, id] = [fields.get('data'), fields.get('id')]
  if (data === undefined) return undefined
  return { event: fields.get('event') ?? 'message', data, ...(id !== undefined && { id }) }
}
