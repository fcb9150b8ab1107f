import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { runCommand } from '../product/commands.ts'

const granlunda = join(import.meta.dirname, 'granlunda.json')

interface Printed {
  people: { participant: string; conflicts: { code: string; measures?: string[] }[]; afterMoves?: { code: string }[] }[]
  events: number
  seconds: number
}

test.each([[[]], [['--channel', 'rest']]])('every finding of Granlunda is as expected with %s', async (channel) => {
  const { code, stdout, stderr } = await runCommand('scenario', [granlunda, '--json', '--engines', inject('engines'), ...channel])
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('differ')])
  const { people, events, seconds } = JSON.parse(stdout) as Printed
  expect(people.map(({ participant, afterMoves }) => [participant, afterMoves !== undefined])).toEqual([
    ['P1', true],
    ['P2', true],
    ['P3', false],
    ['P4', true],
  ])
  expect(people[1]?.conflicts.map(({ code: found, measures }) => [found, measures])).toEqual([
    ['PLAN_DEVIATION', ['M2.4']],
    ['TIME_OVERLAP', ['M2.1', 'M2.4']],
  ])
  expect(events).toBeGreaterThan(50)
  expect(seconds).toBeGreaterThan(0)
})
