import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server that fails as it is told to: the driver is led over it, with `directConnection`. */
export interface FaultyNetwork extends AsyncDisposable {
  url: string
  /**
   * The next `times` messages with this command: their connection is cut before they arrive, or after they did and before the answer. For
   * `awayMs` after a cut there is no other connection either.
   */
  cut(command: string, when: 'before' | 'after', times: number, awayMs?: number): void
  /** From now on messages with this command arrive so much later, and not at all when their connection has been closed meanwhile. */
  hold(command: string, ms: number): void
  /** How many cuts are still to come. */
  cutsLeft(): number
  /** From now on nothing comes through in either direction, and nothing is refused. */
  silence(): void
}

export async function openFaultyNetwork(serverUrl: string): Promise<FaultyNetwork> {
  const server = new URL(serverUrl.replace(/^mongodb:/, 'http:'))
  const sockets = new Set<Socket>()
  let plan = { command: '', when: 'before', times: 0, awayMs: 0 }
  let held = { command: '', ms: 0 }
  let awayUntil = 0
  let silent = false

  const proxy = createServer((near) => {
    if (performance.now() < awayUntil) return void near.destroy()
    const far = connect(Number(server.port), server.hostname)
    let answerIsCut = false
    const cut = () => {
      near.destroy()
      far.destroy()
    }
    const goAway = () => {
      cut()
      if (plan.awayMs === 0) return
      awayUntil = performance.now() + plan.awayMs
      for (const socket of sockets) socket.destroy()
    }
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', cut)
      socket.on('close', () => {
        sockets.delete(socket)
        cut()
      })
    }
    near.on('data', (chunk) => {
      if (silent) return
      // A zero ends the name of a field: a command of a longer name is not meant.
      if (plan.times > 0 && chunk.includes(`${plan.command}\0`)) {
        plan.times -= 1
        if (plan.when === 'before') return goAway()
        answerIsCut = true
      }
      if (held.ms > 0 && chunk.includes(`${held.command}\0`)) setTimeout(() => far.write(chunk), held.ms)
      else far.write(chunk)
    })
    far.on('data', (chunk) => {
      if (silent) return
      if (answerIsCut) return goAway()
      near.write(chunk)
    })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    url: `mongodb://127.0.0.1:${(proxy.address() as AddressInfo).port}/?directConnection=true`,
    cut(command, when, times, awayMs = 0) {
      plan = { command, when, times, awayMs }
    },
    hold(command, ms) {
      held = { command, ms }
    },
    cutsLeft: () => plan.times,
    silence() {
      silent = true
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}
