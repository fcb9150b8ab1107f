export interface Latency {
  p50: number
  p99: number
}

export interface Throughput extends Latency {
  /** null: the effects of these reports were not all done within a second, so the throughput does not count. */
  perSecond: number | null
}

/** The value that this share of the values does not exceed; NaN without values. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)] ?? Number.NaN
}

/** Milliseconds with two decimals. */
export const latencyOf = (milliseconds: number[]): Latency => ({
  p50: rounded(percentile(milliseconds, 0.5)),
  p99: rounded(percentile(milliseconds, 0.99)),
})

export const rounded = (value: number): number => Math.round(value * 100) / 100

/** The median of each figure over several runs of the same shape. A run whose figure is null counts as the worst. */
export function medianOf<T extends Latency | Throughput>(runs: T[]): T {
  const fields = Object.keys(runs[0]!) as (keyof T)[]
  return Object.fromEntries(fields.map((field) => [field, median(runs.map((run) => run[field] as number | null))])) as unknown as T
}

/** The middle value; of an even number of values the lower one. null counts as less than anything. */
export function median(values: (number | null)[]): number | null {
  const sorted = values.toSorted((a, b) => (a ?? Number.NEGATIVE_INFINITY) - (b ?? Number.NEGATIVE_INFINITY))
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? null
}
