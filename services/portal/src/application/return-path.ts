/** Where a visitor goes after the login: a path of the portal itself, never another site. */
export function returnPathFrom(wanted: string | undefined): string {
  if (wanted === undefined || wanted.length > 500) return '/'
  if (!wanted.startsWith('/') || wanted.startsWith('//') || wanted.includes('\\') || wanted.startsWith('/auth/')) return '/'
  return URL.canParse(wanted, 'http://portal.invalid') && new URL(wanted, 'http://portal.invalid').host === 'portal.invalid' ? wanted : '/'
}
