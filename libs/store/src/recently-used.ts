/** A bounded map that forgets what was used least recently, once the weights of its values exceed `most`. By default each weighs 1. */
export function createRecentlyUsed<Value>(most: number, weightOf: (value: Value) => number = () => 1) {
  const entries = new Map<string, Value>()
  let weight = 0
  const remove = (key: string) => {
    const value = entries.get(key)
    if (value === undefined) return
    entries.delete(key)
    weight -= weightOf(value)
  }
  return {
    get(key: string): Value | undefined {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key: string, value: Value) {
      remove(key)
      entries.set(key, value)
      weight += weightOf(value)
      while (weight > most && entries.size > 1) remove(entries.keys().next().value!)
    },
    remove,
    clear() {
      entries.clear()
      weight = 0
    },
  }
}
