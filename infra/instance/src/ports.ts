import { createServer } from 'node:net'

/** An instance answers on its own machine only. */
export const loopback = '127.0.0.1'

const triesBeyond = 200

/** A free port, `wanted` if it is free, else the next one; `onMoved` hears of a change. */
export async function freePort(wanted: number, taken: Set<number>, onMoved: (wanted: number, found: number) => void): Promise<number> {
  for (let port = wanted; port < wanted + triesBeyond; port++) {
    if (taken.has(port) || !(await isFree(port))) continue
    taken.add(port)
    if (port !== wanted) onMoved(wanted, port)
    return port
  }
  throw new Error(`no free port from ${wanted} to ${wanted + triesBeyond - 1}: choose others with --port-base`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer()
    probe.once('error', () => answer(false))
    probe.listen(port, loopback, () => probe.close(() => answer(true)))
  })
}
