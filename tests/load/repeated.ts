/** What so many runs came to, one after the other. */
export async function repeated<T>(times: number, work: (run: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let run = 0; run < times; run++) results.push(await work(run))
  return results
}
