import { expect, test } from 'vitest'
import { agencies, givesCare, isAgency, speakerOf } from './agencies.ts'

test('the municipality answers for those without a system of their own, the others for themselves', () => {
  expect(agencies.map((agency) => [agency, speakerOf(agency)])).toEqual([
    ['AME', 'AME'],
    ['AF', 'AF'],
    ['FK', 'FK'],
    ['EB', 'EB'],
    ['VUX', 'AME'],
    ['REGION', 'AME'],
    ['SOC', 'AME'],
    ['CIVIL', 'AME'],
  ])
})

test('care is what the region and social services give; a word that names no agency gives none and is none', () => {
  expect(agencies.filter(givesCare)).toEqual(['REGION', 'SOC'])
  expect(['', 'XX', 'toString'].map((word) => [isAgency(word), givesCare(word)])).toEqual([
    [false, false],
    [false, false],
    [false, false],
  ])
})
