/** Where faults and unknown fields are told while a value is walked. */
export interface Findings {
  faults: { path: string; message: string }[]
  unknown: string[]
  /** Every date met in a known field. */
  dates: string[]
}

/** Tells what is wrong with the value at this path. */
export type FieldCheck = (value: unknown, path: string, findings: Findings) => void

const fault = (findings: Findings, path: string, message: string) => {
  findings.faults.push({ path, message })
}

const typed =
  (expected: string, isIt: (value: unknown) => boolean): FieldCheck =>
  (value, path, findings) => {
    if (!isIt(value)) fault(findings, path, `must be ${expected}, not ${shown(value)}`)
  }

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

export const text = typed('a text', (value) => typeof value === 'string')
export const name = typed('a text that is not empty', (value) => typeof value === 'string' && value.trim() !== '')
export const flag = typed('true or false', (value) => typeof value === 'boolean')
export const amount = typed('a number of at least 0', (value) => typeof value === 'number' && value >= 0)
export const count = typed('a whole number of at least 0', (value) => Number.isInteger(value) && (value as number) >= 0)
export const time = typed('a time like "08:30"', (value) => typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(value))
export const week = typed('a week like "2026-W37"', (value) => typeof value === 'string' && /^\d{4}-W\d\d$/.test(value))
/** A field that is known and whose content the player has no use for. */
export const anything: FieldCheck = () => undefined

export const oneOf = (...words: string[]): FieldCheck => typed(`one of ${words.join(', ')}`, (value) => words.includes(value as string))

const isDate = (value: unknown): value is string => {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false
  try {
    Temporal.PlainDate.from(value)
    return true
  } catch {
    return false
  }
}

export const date: FieldCheck = (value, path, findings) => {
  if (isDate(value)) findings.dates.push(value)
  else fault(findings, path, `must be a date like "2026-04-28", not ${shown(value)}`)
}

export const listOf =
  (item: FieldCheck): FieldCheck =>
  (value, path, findings) => {
    if (!Array.isArray(value)) return fault(findings, path, `must be a list, not ${shown(value)}`)
    value.forEach((each, index) => {
      item(each, `${path}[${index}]`, findings)
    })
  }

export const tupleOf =
  (...items: FieldCheck[]): FieldCheck =>
  (value, path, findings) => {
    if (!Array.isArray(value) || value.length !== items.length)
      return fault(findings, path, `must be a list of ${items.length}, not ${shown(value)}`)
    items.forEach((item, index) => {
      item(value[index], `${path}[${index}]`, findings)
    })
  }

export const recordOf =
  (item: FieldCheck): FieldCheck =>
  (value, path, findings) => {
    if (!isObject(value)) return fault(findings, path, `must be an object, not ${shown(value)}`)
    for (const [key, each] of Object.entries(value)) item(each, `${path}.${key}`, findings)
  }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** An object with these fields. One that is not listed is named as unknown; `rule` sees the object only when its fields are right. */
export const object =
  (required: Record<string, FieldCheck>, optional: Record<string, FieldCheck> = {}, rule: FieldCheck = anything): FieldCheck =>
  (value, path, findings) => {
    if (!isObject(value)) return fault(findings, path, `must be an object, not ${shown(value)}`)
    const before = findings.faults.length
    const at = (field: string) => (path === '' ? field : `${path}.${field}`)
    for (const [field, check] of Object.entries(required)) {
      if (value[field] === undefined) fault(findings, at(field), 'is missing')
      else check(value[field], at(field), findings)
    }
    for (const [field, check] of Object.entries(optional)) if (value[field] !== undefined) check(value[field], at(field), findings)
    for (const field of Object.keys(value))
      if (!Object.hasOwn(required, field) && !Object.hasOwn(optional, field)) findings.unknown.push(at(field))
    if (findings.faults.length === before) rule(value, path, findings)
  }
