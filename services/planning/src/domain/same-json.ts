/** True when two JSON values say the same in protojson: the order of keys is nothing, and an absent field is its default. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (isDefault(a) || isDefault(b)) return isDefault(a) && isDefault(b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => isSameJson(item, b[index]))
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => isSameJson(left[key], right[key]))
}

const isDefault = (value: unknown): boolean =>
  value === undefined || value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0)
