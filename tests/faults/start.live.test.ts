import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../product/commands.ts'
import { startInstance } from '../product/instance.ts'
import { createTempFolder } from '../product/temp-folder.ts'

const portBase = 16_100
const portsOf = (urls: string[]) => urls.map((url) => Number(new URL(url).port))

test('a data folder in use is exit code 3, and the instance that holds it goes on', async () => {
  using folder = createTempFolder('held')
  await using first = await startInstance({ data: folder.path, portBase })
  await expect(startInstance({ data: folder.path, portBase })).rejects.toMatchObject({ name: 'StartFailed', code: 3 })
  expect(JSON.parse(readFileSync(join(folder.path, 'instance.json'), 'utf8'))).toEqual(first.ready)
  expect((await fetch(`${first.ready.services.journey}/v1/openapi.json`)).status).toBe(200)
  expect(await first.stop()).toBe(0)
  expect(existsSync(join(folder.path, 'instance.json'))).toBe(false)
})

test('a folder whose instance was killed can be started on again', async () => {
  using folder = createTempFolder('killed')
  await using first = await startInstance({ data: folder.path, portBase })
  await first.kill()
  await using second = await startInstance({ data: folder.path, portBase })
  expect(second.ready.demo).toEqual(first.ready.demo)
  expect(await second.stop()).toBe(0)
})

test('a taken port is passed over for the next free one', async () => {
  using folder = createTempFolder('ports')
  const taken = createServer().listen(portBase, '127.0.0.1')
  await once(taken, 'listening')
  await using instance = await startInstance({ data: folder.path, portBase })
  const ports = [...portsOf(Object.values(instance.ready.services)), Number(instance.ready.agencyGateway.split(':')[1])]
  expect(ports).not.toContain(portBase)
  expect(new Set(ports).size).toBe(ports.length)
  expect((await fetch(`${instance.ready.services.planning}/v1/openapi.json`)).status).toBe(200)
  await instance.stop()
  taken.close()
})

test('two instances run side by side on their own folders', async () => {
  using one = createTempFolder('one')
  using other = createTempFolder('other')
  await using first = await startInstance({ data: one.path, portBase })
  await using second = await startInstance({ data: other.path, portBase, args: ['--no-demo'] })
  expect(first.ready.services.journey).not.toBe(second.ready.services.journey)
  expect(await first.stop()).toBe(0)
  expect(await second.stop()).toBe(0)
})

test('an option nobody knows is said with the usage, and an unknown user with the list of users', async () => {
  const start = await runCommand('start', ['--jsno'])
  expect([start.code, start.stdout]).toEqual([2, ''])
  expect(start.stderr).toContain('--json')
  using folder = createTempFolder('users')
  await using instance = await startInstance({ data: folder.path, portBase })
  const token = await runCommand('token', ['nobody', '--data', folder.path])
  expect([token.code, token.stdout]).toEqual([2, ''])
  for (const user of ['anna', 'nils', 'af-system', 'auditor']) expect(token.stderr).toContain(user)
  await instance.stop()
})
