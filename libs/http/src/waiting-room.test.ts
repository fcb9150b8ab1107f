import { createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openWaitingRoom, type WaitingRoom } from './waiting-room.ts'

const host = '127.0.0.1'
let room: WaitingRoom | undefined
afterEach(() => room?.close())

const freePort = () =>
  new Promise<number>((found) => {
    const probe = createServer().listen(0, host, () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => found(port))
    })
  })

test('until a service is there, its address says that the process lives and what it waits for', async () => {
  const port = await freePort()
  room = await openWaitingRoom(host, port, { ready: async () => ({ mongodb: 'not reachable' }), live: () => true })
  const asked = async (path: string) => {
    const answer = await fetch(`http://${host}:${port}${path}`)
    return [answer.status, await answer.json()]
  }
  expect(await asked('/livez')).toEqual([200, { status: 'alive' }])
  expect(await asked('/readyz')).toEqual([503, { ready: false, checks: { mongodb: 'not reachable' } }])
  expect((await asked('/v1/participants'))[0]).toBe(503)
})

test('the address is free as soon as the room is closed, whoever still held a connection', async () => {
  const port = await freePort()
  const first = await openWaitingRoom(host, port, { ready: () => ({}), live: () => true })
  await fetch(`http://${host}:${port}/livez`)
  await first.close()
  room = await openWaitingRoom(host, port, { ready: () => ({}), live: () => true })
  expect((await fetch(`http://${host}:${port}/readyz`)).status).toBe(503)
})
