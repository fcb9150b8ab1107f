import { expect, test } from 'vitest'
import { runCommand } from '../product/commands.ts'
import { useInstance } from '../product/live-instance.ts'
import { createTempFolder } from '../product/temp-folder.ts'

const instance = useInstance(15_600)
const play = (data: string) => runCommand('story', ['--auto', '--pause', '0', '--data', data])

test('the story plays from the report to the solved clash, and once only', async () => {
  const { code, stdout, stderr } = await play(instance.current.data)
  expect([code, stderr]).toEqual([0, ''])
  for (const words of ['samma kvitto (ja)', 'AF, med leverantören', 'TRAVEL_TIME', 'FR 13:00–16:00', '/traces/'])
    expect(stdout).toContain(words)
  const again = await play(instance.current.data)
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('--reset')])
})

test('without a running instance it says how to start one', async () => {
  using folder = createTempFolder('nothing')
  const { code, stderr } = await play(folder.path)
  expect([code, stderr]).toEqual([1, expect.stringContaining('npm start')])
})
