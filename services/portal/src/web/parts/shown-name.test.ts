import { expect, test } from 'vitest'
import { shownName } from './shown-name.ts'

test("a user's name is shown, an id that the issuer made up is not", () => {
  expect(shownName('anna')).toBe('anna')
  expect(shownName('anna@805dbeee-a372.example')).toBe('anna@805dbeee-a372.example')
  expect(shownName('805dbeee-a372-4ed6-9ad2-b1f666977e09')).toBeUndefined()
})
