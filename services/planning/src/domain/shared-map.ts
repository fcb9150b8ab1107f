/** A map whose values stay: changing it makes another one that shares with it what stayed the same. In the order of first adding. */
export interface SharedMap<Value> extends ReadonlyMap<string, Value> {
  with(key: string, value: Value): SharedMap<Value>
  without(key: string): SharedMap<Value>
}

/** Changes kept beside the large part before both become one: the square root of its size copies the least, and few are never too many. */
const mostLate = (size: number): number => Math.max(16, Math.sqrt(size))

export const emptySharedMap = <Value>(): SharedMap<Value> => sharedMap(new Map(), new Map())

/** `settled` is shared and never changed again; `late` are the few values that came after, and stand before it. */
function sharedMap<Value>(settled: ReadonlyMap<string, Value>, late: ReadonlyMap<string, Value>): SharedMap<Value> {
  /** Lists are read faster than generators, and plans are read from end to end at each report. */
  function listOf<Item>(itemOf: (key: string, value: Value) => Item): Item[] {
    const list: Item[] = []
    settled.forEach((value, key) => {
      list.push(itemOf(key, late.get(key) ?? value))
    })
    late.forEach((value, key) => {
      if (!settled.has(key)) list.push(itemOf(key, value))
    })
    return list
  }
  const entries = () => listOf((key, value): [string, Value] => [key, value])
  const map: SharedMap<Value> = {
    get size() {
      let size = settled.size
      for (const key of late.keys()) if (!settled.has(key)) size++
      return size
    },
    get: (key) => late.get(key) ?? settled.get(key),
    has: (key) => late.has(key) || settled.has(key),
    keys: () => (late.size === 0 ? settled.keys() : listOf((key) => key).values()),
    values: () => (late.size === 0 ? settled.values() : listOf((_key, value) => value).values()),
    entries: () => (late.size === 0 ? settled.entries() : entries().values()),
    [Symbol.iterator]: () => map.entries(),
    forEach(call) {
      for (const [key, value] of entries()) call(value, key, map)
    },
    with(key, value) {
      const more = new Map(late).set(key, value)
      return more.size <= mostLate(settled.size) ? sharedMap(settled, more) : sharedMap(new Map(sharedMap(settled, more)), new Map())
    },
    without(key) {
      const left = new Map(map)
      return left.delete(key) ? sharedMap(left, new Map()) : map
    },
  }
  return map
}
