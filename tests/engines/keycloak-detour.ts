import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { host } from './server-process.ts'

/** Stands between the product and its Keycloak. */
export interface KeycloakDetour {
  url: string
  /** Answers whoever asks for the realm's keys with a page, as a gateway in trouble does, until called with false. */
  answerKeysWithPage(on: boolean): void
  [Symbol.asyncDispose](): Promise<void>
}

export async function openKeycloakDetour(address: string): Promise<KeycloakDetour> {
  const [hostname, port] = address.split(':')
  let page = false
  const server = createServer((asked, answer) => {
    if (page && asked.url?.endsWith('/protocol/openid-connect/certs')) {
      answer.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Strax tillbaka</body></html>')
      return
    }
    const { url: path, method, headers } = asked
    const passed = request({ hostname, port, path, method, headers }, (found) => {
      answer.writeHead(found.statusCode ?? 502, found.headers)
      found.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve))
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    answerKeysWithPage: (on) => {
      page = on
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
