import type { Agency, Role } from '@samresa/kernel'

/** One user of the demonstration. Participants are found by personal number, since their id is made when they are enrolled. */
export interface DemoUser {
  role: Role
  agency?: Agency
  personalNumber?: string
  /** Who that is, in Swedish, for the login page. */
  title: string
}

/** The demonstration's users in the order they are shown. */
export const demoUsers: Readonly<Record<string, DemoUser>> = {
  anna: { role: 'caseworker', agency: 'AME', title: 'Anna – handläggare, arbetsmarknadsenheten' },
  nils: { role: 'caseworker', agency: 'AME', title: 'Nils – handläggare på en annan enhet, arbetsmarknadsenheten' },
  eva: { role: 'officer', agency: 'EB', title: 'Eva – handläggare, ekonomiskt bistånd' },
  frida: { role: 'officer', agency: 'FK', title: 'Frida – handläggare, Försäkringskassan' },
  'af-officer': { role: 'officer', agency: 'AF', title: 'Handläggare, Arbetsförmedlingen' },
  rania: { role: 'participant', personalNumber: '199104172383', title: 'Rania – deltagare' },
  yonas: { role: 'participant', personalNumber: '197809032399', title: 'Yonas – deltagare' },
  halima: { role: 'participant', personalNumber: '196901012382', title: 'Halima – deltagare' },
  marcus: { role: 'participant', personalNumber: '198511222393', title: 'Marcus – deltagare' },
  auditor: { role: 'auditor', title: 'Granskare – ser vad som har hänt och vem som har läst' },
  operator: { role: 'operator', title: 'Driftansvarig' },
  'af-system': { role: 'agency-system', agency: 'AF', title: 'Arbetsförmedlingens system (en maskin)' },
  'fk-system': { role: 'agency-system', agency: 'FK', title: 'Försäkringskassans system (en maskin)' },
  scenario: { role: 'scenario', title: 'Scenariospelaren – läser alla fynd' },
}

export const demoUserNamed = (name: string): DemoUser | undefined => (Object.hasOwn(demoUsers, name) ? demoUsers[name] : undefined)
