/**
 * A map that never changes: `with` gives a new one that shares all but a few small parts with this one, so that folding n events costs
 * about n and not n². For states that `evolve` makes; a map that is read alone is better a Map.
 */
export interface PersistentMap<V> {
  get(key: string): V | undefined
  with(key: string, value: V): PersistentMap<V>
}

/** Keys of one hash: nearly always one. */
interface Leaf<V> {
  hash: number
  entries: readonly { key: string; value: V }[]
}

/** Sixteen places, by four bits of the hash at a time. */
type Branch<V> = readonly (Node<V> | undefined)[]
type Node<V> = Leaf<V> | Branch<V>

const isBranch = <V>(node: Node<V>): node is Branch<V> => Array.isArray(node)
const placeOf = (hash: number, depth: number): number => (hash >>> (4 * depth)) & 15

/** FNV-1a over the text's units. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

function find<V>(root: Node<V> | undefined, key: string): V | undefined {
  const hash = hashOf(key)
  let node = root
  for (let depth = 0; node !== undefined && isBranch(node); depth++) node = node[placeOf(hash, depth)]
  return node?.entries.find((entry) => entry.key === key)?.value
}

function put<V>(node: Node<V> | undefined, leaf: Leaf<V>, depth: number): Node<V> {
  if (node === undefined) return leaf
  if (!isBranch(node)) {
    if (node.hash !== leaf.hash) return put(put(Array<undefined>(16).fill(undefined), node, depth), leaf, depth)
    const { key } = leaf.entries[0]!
    return { hash: leaf.hash, entries: [...node.entries.filter((entry) => entry.key !== key), ...leaf.entries] }
  }
  const place = placeOf(leaf.hash, depth)
  return node.with(place, put(node[place], leaf, depth + 1))
}

const mapOf = <V>(root: Node<V> | undefined): PersistentMap<V> => ({
  get: (key) => find(root, key),
  with: (key, value) => mapOf(put(root, { hash: hashOf(key), entries: [{ key, value }] }, 0)),
})

export const emptyPersistentMap = <V>(): PersistentMap<V> => mapOf<V>(undefined)
