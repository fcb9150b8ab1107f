/** A text with its words in braces filled in. */
export const fill = (text: string, words: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(words[name] ?? whole))

/** The text that stands under a code, or the code itself when nobody has written one. */
export const wordFor = (texts: Readonly<Record<string, string>>, code: string): string => texts[code] ?? code

/** A, B och C. */
export function listInWords(words: string[], and: string): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')}${and}${words.at(-1)}`
}

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** 34.5 as 34,5. */
export const numberInWords = (value: number): string => String(Math.round(value * 100) / 100).replace('.', ',')
