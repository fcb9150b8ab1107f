import { isDate } from './calendar-text.ts'

const pattern = /^(\d{4})(\d{2})(\d{2})-?(\d{4})$/

/** The digit sum that closes a personal number (mod 10, over the ten last digits). */
function closes(tenDigits: string): boolean {
  let sum = 0
  for (let index = 0; index < tenDigits.length; index += 1) {
    const digit = Number(tenDigits[index]) * (index % 2 === 0 ? 2 : 1)
    sum += digit > 9 ? digit - 9 : digit
  }
  return sum % 10 === 0
}

/** The twelve digits of a personal or coordination number (day + 60), or undefined when no such number can exist. */
export function personalNumberFrom(text: string): string | undefined {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [, year, month, day, tail] = match as unknown as [string, string, string, string, string]
  const dayOfMonth = Number(day) > 60 ? Number(day) - 60 : Number(day)
  if (!isDate(`${year}-${month}-${String(dayOfMonth).padStart(2, '0')}`)) return undefined
  return closes(`${year.slice(2)}${month}${day}${tail}`) ? `${year}${month}${day}${tail}` : undefined
}
