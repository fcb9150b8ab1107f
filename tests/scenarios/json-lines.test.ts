import { expect, test } from 'vitest'
import { linesOf } from './json-lines.ts'

test('names the line of every value by its path', () => {
  const text = `{
  "people": [
    { "name": "a \\" ] }", "capacity": [] },
    {
      "name": "b",
      "hours": -1.5e3
    }
  ],
  "last": null
}`
  expect(Object.fromEntries(linesOf(text))).toEqual({
    '': 1,
    people: 2,
    'people[0]': 3,
    'people[0].name': 3,
    'people[0].capacity': 3,
    'people[1]': 4,
    'people[1].name': 5,
    'people[1].hours': 6,
    last: 9,
  })
})
