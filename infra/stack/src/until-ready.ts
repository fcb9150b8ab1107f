import { setTimeout as pause } from 'node:timers/promises'

const pollMs = 200
const withinMs = 120_000

/** Waits until all answer that they are ready. Rejects after two minutes, with what each one still waits for. */
export async function untilReady(urls: Readonly<Record<string, string>>, say: (text: string) => void): Promise<void> {
  const deadline = performance.now() + withinMs
  const wait = async ([name, url]: [string, string]): Promise<void> => {
    const began = performance.now()
    for (;;) {
      const state = await stateOf(url)
      if (state === 'ready') return say(`${name} is ready (${((performance.now() - began) / 1000).toFixed(1)} s)`)
      if (performance.now() > deadline) throw new Error(`${name} is not ready: ${state}`)
      await pause(pollMs)
    }
  }
  await Promise.all(Object.entries(urls).map(wait))
}

async function stateOf(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) })
    return response.ok ? 'ready' : await response.text()
  } catch (error) {
    return (error as Error).message
  }
}
