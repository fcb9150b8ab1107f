import type { ReadyLine } from './ready-line.ts'

export interface Hints {
  /** How to become somebody, where a click on the name is not enough. */
  signIn?: string
  /** What commands need to find the instance, when it is not the default one. */
  commandOptions?: string
}

/** What a newcomer reads first: where everything is, whom to be, what to click. */
export function welcome(ready: ReadyLine, { signIn = '', commandOptions = '' }: Hints = {}): string {
  const rows = [
    ['Web pages', ready.portal],
    ['Agencies (gRPC)', ready.agencyGateway],
    ['Sign-in', ready.issuer],
    ...Object.entries(ready.services)
      .filter(([name]) => name !== 'portal')
      .map(([name, url]) => [name, `${url}/v1/openapi.json`]),
  ] as const
  const width = Math.max(...rows.map(([name]) => name!.length)) + 2
  const table = rows.map(([name, address]) => `  ${name!.padEnd(width)}${address}`).join('\n')
  const first =
    Object.keys(ready.demo.participants).length > 0
      ? `Open ${ready.portal} and sign in as anna (caseworker)${signIn}. Choose Yonas Tesfay, then run "npm run story${commandOptions}" in another terminal and watch the page.`
      : `Open ${ready.portal} and sign in as anna (caseworker)${signIn}.`
  return `\nSamresa is running. Its day is ${ready.today}.\n\n${table}\n\n${first}\nStop with Ctrl-C.\n`
}
