import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../product/commands.ts'
import { createTempFolder } from '../product/temp-folder.ts'

const granlunda = join(import.meta.dirname, 'granlunda.json')

/** Plays this text as a scenario file. */
async function playText(text: string, ...args: string[]) {
  using folder = createTempFolder('scenario-file')
  const file = join(folder.path, 'scenario.json')
  writeFileSync(file, text)
  return await runCommand('scenario', [file, ...args])
}

test('findings that differ from the file are exit code 1, with what differs', async () => {
  const { code, stderr } = await playText(readFileSync(granlunda, 'utf8').replace('"count": 27', '"count": 26'))
  expect(code).toBe(1)
  expect(stderr).toContain('P1: TIME_OVERLAP M1.1 + M1.4 TU: expected 26 times, 2026-04-14 – 2026-10-13, found 27 times')
})

test('a file without expectations plays to exit code 0', async () => {
  const file = JSON.parse(readFileSync(granlunda, 'utf8')) as { people: { expected?: unknown }[] }
  for (const person of file.people) delete person.expected
  expect((await playText(JSON.stringify(file), '--json')).code).toBe(0)
})

interface GranlundaFile {
  people: { measures: { id: string; owner: string; title: string; inPlan?: boolean }[] }[]
}

test.each([
  ['a report over gRPC', 'AF', false, []],
  ['a report over REST', 'AF', false, ['--channel', 'rest']],
  ['an entry', 'AME', undefined, []],
] as const)('%s that is refused is exit code 2 with the place in the file and the field', async (_, owner, inPlan, channel) => {
  const file = JSON.parse(readFileSync(granlunda, 'utf8')) as GranlundaFile
  const [person, measure] = file.people
    .flatMap(({ measures }, index) => measures.map((each, at) => [`people[${index}].measures[${at}]`, each] as const))
    .find(([, each]) => each.owner === owner && each.inPlan === inPlan)!
  measure.title = 'x'.repeat(301)
  const { code, stdout, stderr } = await playText(JSON.stringify(file), '--json', ...channel)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(person)
  expect(stderr).toContain('/measure/title')
})

test.each([
  ['a file that is no scenario', '{"people":[]}', 'region (line 1) is missing'],
  ['a file that is no JSON', '{', 'not JSON'],
])('%s is exit code 2 with nothing on stdout', async (_, text, message) => {
  const { code, stdout, stderr } = await playText(text, '--json')
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
})

test('a file that cannot be read and servers that nobody has named are exit code 2', async () => {
  expect((await runCommand('scenario', ['/no/such/file.json'])).code).toBe(2)
  const production = await runCommand('scenario', [granlunda, '--engines', 'production'], { MONGODB_URL: '' })
  expect([production.code, production.stdout]).toEqual([2, ''])
  expect(production.stderr).toContain('MONGODB_URL')
})
