/** Days of a coordination number are counted from 61. */
const coordinationDays = 60

const shape = /^((?:18|19|20)\d{2})(\d{2})(\d{2})-?(\d{4})$/

/** The digit sum that closes a personal number: Luhn's, over the ten last digits. */
function hasCheckDigit(tenDigits: string): boolean {
  let sum = 0
  for (let index = 0; index < tenDigits.length; index++) {
    const doubled = Number(tenDigits[index]) * (index % 2 === 0 ? 2 : 1)
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** Twelve digits from a personal or coordination number, written with or without a dash; undefined for one that cannot exist. */
export function personalNumberFrom(text: string): string | undefined {
  const parts = shape.exec(text)
  if (parts === null) return undefined
  const [, year, month, day, last] = parts as unknown as [string, string, string, string, string]
  const dayOfMonth = Number(day) > coordinationDays ? Number(day) - coordinationDays : Number(day)
  const digits = `${year}${month}${day}${last}`
  return isDate(Number(year), Number(month), dayOfMonth) && hasCheckDigit(digits.slice(2)) ? digits : undefined
}
