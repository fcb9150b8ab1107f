/** The line on which each value of a JSON text begins, by its path ("people[0].participant.name"; "" is the whole). The text must be valid JSON. */
export function linesOf(text: string): Map<string, number> {
  const lines = new Map<string, number>()
  let at = 0
  let line = 1

  function skipSpace() {
    for (; at < text.length && ' \t\r\n'.includes(text[at]!); at++) if (text[at] === '\n') line += 1
  }
  function skipString(): string {
    const start = at
    for (at += 1; text[at] !== '"'; at++) if (text[at] === '\\') at += 1
    at += 1
    return JSON.parse(text.slice(start, at)) as string
  }
  function skipMembers(close: string, member: (index: number) => void) {
    at += 1
    for (let index = 0; ; index++) {
      skipSpace()
      if (text[at] === close) break
      if (text[at] === ',') {
        at += 1
        skipSpace()
      }
      member(index)
    }
    at += 1
  }
  function skipValue(path: string) {
    skipSpace()
    lines.set(path, line)
    if (text[at] === '{') {
      skipMembers('}', () => {
        const name = skipString()
        skipSpace()
        at += 1
        skipValue(path === '' ? name : `${path}.${name}`)
      })
    } else if (text[at] === '[') skipMembers(']', (index) => skipValue(`${path}[${index}]`))
    else if (text[at] === '"') skipString()
    else while (at < text.length && !',]} \t\r\n'.includes(text[at]!)) at += 1
  }

  skipValue('')
  return lines
}
