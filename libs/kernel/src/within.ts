/**
 * Waits for something that may never come: true when it has come in that time, false when the time is up first. What rejects in time
 * rejects; what rejects later is told to nobody.
 */
export async function within(waitedFor: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeUp = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false)
  })
  try {
    return await Promise.race([waitedFor.then(() => true), timeUp])
  } finally {
    clearTimeout(timer)
  }
}
