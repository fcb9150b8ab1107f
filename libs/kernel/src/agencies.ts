/** The agencies of the domain, and what follows from which one it is: the one table that knows. */
const standings = {
  AME: { speaker: 'AME', care: false },
  AF: { speaker: 'AF', care: false },
  FK: { speaker: 'FK', care: false },
  EB: { speaker: 'EB', care: false },
  VUX: { speaker: 'AME', care: false },
  REGION: { speaker: 'AME', care: true },
  SOC: { speaker: 'AME', care: true },
  CIVIL: { speaker: 'AME', care: false },
} as const

export type Agency = keyof typeof standings

export const agencies = ['AME', 'AF', 'FK', 'EB', 'VUX', 'REGION', 'SOC', 'CIVIL'] as const satisfies readonly Agency[]

export const isAgency = (word: string): word is Agency => Object.hasOwn(standings, word)

/** Who answers for an agency's measures and writes them down: AME does for those that have no system of their own here. */
export const speakerOf = (agency: Agency): Agency => standings[agency].speaker

/** True for owners of care: their measures are health facts in themselves, and masked for every other agency whatever the consents say. */
export const givesCare = (owner: string): boolean => isAgency(owner) && standings[owner].care
