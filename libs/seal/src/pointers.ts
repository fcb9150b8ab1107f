import { type PointerTree, treeOf } from './pointer-tree.ts'

type Container = Record<string, unknown>

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null

const copyOf = (holder: Container): Container => (Array.isArray(holder) ? ([...holder] as unknown as Container) : { ...holder })

function stripArray(holder: unknown[], tree: PointerTree, taken: Container): unknown[] {
  return holder.map((element, index) => {
    const next = tree.get(String(index))
    return next instanceof Map && isContainer(element) ? strip(element, next, taken) : element
  })
}

/** Builds what stays instead of deleting what goes: objects with deleted properties are slow from then on. */
function stripObject(holder: Container, tree: PointerTree, taken: Container): Container {
  const rest: Container = {}
  for (const name of Object.keys(holder)) {
    const value = holder[name]
    const next = tree.get(name)
    if (typeof next === 'string' && value !== undefined) taken[next] = value
    else rest[name] = next instanceof Map && isContainer(value) ? strip(value, next, taken) : value
  }
  return rest
}

const strip = (holder: Container, tree: PointerTree, taken: Container): Container =>
  Array.isArray(holder) ? (stripArray(holder, tree, taken) as unknown as Container) : stripObject(holder, tree, taken)

function fill(holder: Container, tree: PointerTree, taken: Readonly<Container>): Container {
  const whole = copyOf(holder)
  for (const [name, next] of tree) {
    const value = Object.hasOwn(holder, name) ? holder[name] : undefined
    if (typeof next === 'string') whole[name] = taken[next]
    else if (isContainer(value)) whole[name] = fill(value, next, taken)
  }
  return whole
}

/**
 * Takes the values that RFC 6901 pointers name out of a copy of `data`. A pointer to nothing is skipped, and so is one that ends at an
 * array's element, since the array would close up. What is not on the way to a pointer is shared with `data`.
 */
export function takeOut(data: Container, pointers: readonly string[]): { rest: Container; taken: Container } {
  const taken: Container = {}
  const rest = strip(data, treeOf(pointers), taken)
  return { rest, taken }
}

/** Puts values back where their pointers say, in a copy of `data`. A place whose container is gone is left out. */
export const putBack = (data: Container, taken: Readonly<Container>): Container => fill(data, treeOf(Object.keys(taken)), taken)
