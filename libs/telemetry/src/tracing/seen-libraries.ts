/** The libraries, by the name of their instrumentation, of which a span has ended in this process. */
export const seenLibraries = new Set<string>()
