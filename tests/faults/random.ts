/** Numbers in [0, 1) that follow from a seed, so that a failing run can be had again. (Mulberry32) */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The seed of this run: SAMRESA_SEED when set, said on stderr either way. */
export function seedOfRun(what: string): number {
  const seed = Number(process.env['SAMRESA_SEED'] ?? Date.now() % 1_000_000)
  process.stderr.write(`${what}: SAMRESA_SEED=${seed}\n`)
  return seed
}
