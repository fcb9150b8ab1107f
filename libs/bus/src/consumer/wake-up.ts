/** Lets one loop sleep until something happens or a time has come, without losing what happens while it works. */
export function createWakeUp() {
  let happened = false
  let wake: (() => void) | undefined
  return {
    /** From here on, what happens ends the next sleep at once. */
    listen() {
      happened = false
    },
    now() {
      happened = true
      wake?.()
    },
    /** Sleeps until something happens, or until this machine time in ms (Infinity: no limit). */
    async orAt(due: number) {
      if (happened || due <= Date.now()) return
      await new Promise<void>((resolve) => {
        const timer = due === Number.POSITIVE_INFINITY ? undefined : setTimeout(resolve, due - Date.now())
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      wake = undefined
    },
  }
}
