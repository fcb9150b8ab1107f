/** Pointers by their steps: a branch leads on by name, a leaf is the whole pointer. */
export type PointerTree = Map<string, PointerTree | string>

const stepsOf = (pointer: string): string[] =>
  pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))

function growTree(pointers: readonly string[]): PointerTree {
  const root: PointerTree = new Map()
  for (const pointer of pointers) {
    const steps = stepsOf(pointer)
    const last = steps.pop() ?? ''
    let branch = root
    for (const step of steps) {
      const next = branch.get(step)
      const grown: PointerTree = next instanceof Map ? next : new Map()
      branch.set(step, grown)
      branch = grown
    }
    branch.set(last, pointer)
  }
  return root
}

// Events of one type and shape have the same pointers: growing their tree anew each time costs as much as sealing them.
const grown = new Map<string, PointerTree>()
const maxGrown = 1_000

/** The tree of RFC 6901 pointers, none of which leads through another. */
export function treeOf(pointers: readonly string[]): PointerTree {
  const name = pointers.join('\n')
  const known = grown.get(name)
  if (known !== undefined) return known
  const tree = growTree(pointers)
  if (grown.size >= maxGrown) grown.clear()
  grown.set(name, tree)
  return tree
}
