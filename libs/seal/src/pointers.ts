type Container = Record<string, unknown>

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null

const tokensOf = (pointer: string): string[] =>
  pointer
    .slice(1)
    .split('/')
    .map((token) => (token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token))

const copyOf = (value: Container): Container => (Array.isArray(value) ? ([...value] as unknown as Container) : { ...value })

/** Copies containers on the way to a pointer, each once: what is not on the way is shared with the original. */
function createCopier(original: Container) {
  const root = copyOf(original)
  const copied = new Set<unknown>([root])
  const holderOf = (tokens: string[]): Container | undefined => {
    let holder = root
    for (const token of tokens.slice(0, -1)) {
      const next = Object.hasOwn(holder, token) ? holder[token] : undefined
      if (!isContainer(next)) return undefined
      const own = copied.has(next) ? next : copyOf(next)
      copied.add(own)
      holder[token] = own
      holder = own
    }
    return holder
  }
  return { root, holderOf }
}

/**
 * Takes the values that RFC 6901 pointers name out of a copy of `data`. Pointers to nothing are skipped; each pointer must end at an object's
 * property, so that no array closes up.
 */
export function takeOut(data: Container, pointers: readonly string[]): { rest: Container; taken: Record<string, unknown> } {
  const { root, holderOf } = createCopier(data)
  const taken: Record<string, unknown> = {}
  for (const pointer of pointers) {
    const tokens = tokensOf(pointer)
    const holder = holderOf(tokens)
    const name = tokens.at(-1) ?? ''
    if (holder === undefined || !Object.hasOwn(holder, name) || holder[name] === undefined) continue
    taken[pointer] = holder[name]
    delete holder[name]
  }
  return { rest: root, taken }
}

/** Puts values back where their pointers say, in a copy of `data`. A place whose container is gone is left out. */
export function putBack(data: Container, taken: Readonly<Record<string, unknown>>): Container {
  const { root, holderOf } = createCopier(data)
  for (const [pointer, value] of Object.entries(taken)) {
    const tokens = tokensOf(pointer)
    const holder = holderOf(tokens)
    if (holder !== undefined) holder[tokens.at(-1) ?? ''] = value
  }
  return root
}
