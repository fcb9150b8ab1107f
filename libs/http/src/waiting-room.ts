import { createServer } from 'node:http'
import { type Health, livenessAnswer, readinessAnswer } from './health.ts'

/** Answers in a service's place until the service can: alive, not ready, come back. */
export interface WaitingRoom {
  /** Gives the address up. */
  close(): Promise<void>
}

/** Opens it at the address that the service will take. Rejects when that is taken. */
export async function openWaitingRoom(host: string, port: number, { ready, live }: Health): Promise<WaitingRoom> {
  const answerTo = async (path: string | undefined) => (path === '/livez' ? livenessAnswer(live()) : readinessAnswer(await ready()))
  const server = createServer((request, response) => {
    void answerTo(request.url).then(({ status, body }) => {
      // Whatever was asked for but the process's life is not to be had yet, even when all it needs has just come.
      const code = request.url === '/livez' ? status : 503
      response.writeHead(code, { 'content-type': 'application/json', 'cache-control': 'no-store', 'retry-after': '2', connection: 'close' })
      response.end(JSON.stringify(body))
    })
  })
  const listening = Promise.withResolvers<void>()
  server.once('error', listening.reject)
  server.listen(port, host, listening.resolve)
  await listening.promise
  return {
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
