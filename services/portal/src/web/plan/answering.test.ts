import { expect, test } from 'vitest'
import { counterMeasures } from './answering.ts'

const measures = [
  { measureId: 'course', owner: 'AF' },
  { measureId: 'matching', owner: 'AF' },
  { measureId: 'training', owner: 'AME' },
  { masked: true, owner: 'AF' },
]
const proposal = { options: [{ id: 'A', label: 'A', changes: [{ measureId: 'training' }] }] }

test('an agency offers other times for its own measures only, those the conflict is about first', () => {
  const own = counterMeasures('AF', measures, proposal, { measures: ['matching', 'training'] })
  expect(own.map(({ measureId }) => measureId)).toEqual(['matching', 'course'])
  expect(counterMeasures('FK', measures, proposal, undefined)).toEqual([])
})
