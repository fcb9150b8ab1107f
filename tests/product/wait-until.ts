import { setTimeout as pause } from 'node:timers/promises'

/**
 * Asks `probe` again and again until it answers with something, and answers with that. Rejects with `what` after `withinMs`.
 * An answer of undefined or false means "not yet".
 */
export async function waitUntil<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (let wait = 5; ; wait = Math.min(wait * 1.5, 100)) {
    const found = await probe()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain: ${what}`)
    await pause(wait)
  }
}
