const wordsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((word) => word.replaceAll('~1', '/').replaceAll('~0', '~'))

/** A copy without the values that the RFC 6901 pointers name; pointers to nothing are passed over. */
export function withoutPointers<T>(data: T, pointers: readonly string[]): T {
  const copy = structuredClone(data)
  for (const pointer of pointers) {
    const words = wordsOf(pointer)
    const last = words.pop()
    const parent = words.reduce<unknown>((value, word) => (value as Record<string, unknown> | undefined)?.[word], copy)
    if (last !== undefined && typeof parent === 'object' && parent !== null) delete (parent as Record<string, unknown>)[last]
  }
  return copy
}
