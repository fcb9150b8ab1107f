/**
 * Makes one call of many: `run` is under way once at a time, and whatever is asked for meanwhile goes into the next, at most so many at once.
 * Whoever asks while nothing is under way waits for nobody, and each run begins after what it answers was asked for. `run` answers in the
 * order of its items; when it rejects, so does everything that was in it, and nothing else.
 */
export function gathered<Item, Result>(most: number, run: (items: Item[]) => Promise<readonly Result[]>): (item: Item) => Promise<Result> {
  let waiting: { item: Item; answer: PromiseWithResolvers<Result> }[] = []
  let isUnderWay = false

  const runAll = async () => {
    isUnderWay = true
    // What is asked for in one go is asked for together.
    await Promise.resolve()
    while (waiting.length > 0) {
      const [now, later] = [waiting.slice(0, most), waiting.slice(most)]
      waiting = later
      try {
        const results = await run(now.map(({ item }) => item))
        for (const [index, { answer }] of now.entries()) answer.resolve(results[index]!)
      } catch (error) {
        for (const { answer } of now) answer.reject(error)
      }
    }
    isUnderWay = false
  }

  return (item) => {
    const answer = Promise.withResolvers<Result>()
    waiting.push({ item, answer })
    if (!isUnderWay) void runAll()
    return answer.promise
  }
}
