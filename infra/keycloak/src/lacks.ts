const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Keycloak drops settings without content, and keeps lists in no order. */
const emptied = (value: unknown) => (value === '' ? undefined : value)
const sorted = (value: unknown) => (Array.isArray(value) ? JSON.stringify(value.map((each) => JSON.stringify(each)).sort()) : value)

/** The names of what `wanted` states and `actual` has not, or has otherwise. What `actual` has beyond that is not looked at. */
export function lacks(actual: unknown, wanted: Record<string, unknown>, path = ''): string[] {
  const held = isObject(actual) ? actual : {}
  return Object.entries(wanted).flatMap(([name, value]) => {
    const at = `${path}${name}`
    if (isObject(value)) return lacks(held[name], value, `${at}.`)
    return sorted(emptied(held[name])) === sorted(emptied(value)) ? [] : [at]
  })
}
