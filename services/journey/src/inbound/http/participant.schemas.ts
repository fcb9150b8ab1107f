import { PageOf } from '@samresa/http'
import { agencies } from '@samresa/kernel'
import { Type } from 'typebox'

const Day = Type.String({ maxLength: 10, description: 'Lokal dag / local day, YYYY-MM-DD.' })
const Agency = Type.String({ maxLength: 20, description: `One of ${agencies.join(', ')}.` })
const Area = Type.String({ maxLength: 40, description: 'social, health, job or competence.' })

const consentMembers = {
  between: Type.Array(Agency, { maxItems: 2, description: 'The two agencies that may tell each other.' }),
  from: Day,
  to: Type.Optional(Day),
}

export const NewConsent = Type.Object({
  ...consentMembers,
  except: Type.Optional(Type.Array(Area, { maxItems: 10, description: 'Areas left out.' })),
})

export const Consent = Type.Object(
  {
    consentId: Type.String(),
    ...consentMembers,
    except: Type.Array(Area),
    withdrawnOn: Type.Optional(Type.String({ description: 'Absent while the consent stands.' })),
  },
  { description: 'Samtycket / the consent.' },
)

export const Enrolment = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  personalNumber: Type.String({ maxLength: 20, description: 'Twelve digits, with or without a dash.' }),
  phone: Type.Optional(Type.String({ maxLength: 40 })),
  languages: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 20 }), { maxItems: 20 })),
  agencies: Type.Array(Agency, { maxItems: 20 }),
  capacity: Type.Array(Type.Object({ from: Day, to: Type.Optional(Day), hoursPerWeek: Type.Number() }), { maxItems: 100 }),
  consents: Type.Optional(Type.Array(NewConsent, { maxItems: 50 })),
  protectedIdentity: Type.Optional(Type.Boolean()),
})

export const Enrolled = Type.Object(
  { participantId: Type.String(), agencies: Type.Array(Type.String()), consents: Type.Array(Consent) },
  { description: 'Inskriven / enrolled.' },
)

const line = { participantId: Type.String(), name: Type.String(), agencies: Type.Array(Type.String()) }

export const ParticipantPage = PageOf(Type.Object(line))

export const Participant = Type.Object(
  {
    ...line,
    languages: Type.Array(Type.String()),
    consents: Type.Array(Consent),
    phone: Type.Optional(Type.String({ description: 'To the caseworker and the participant.' })),
    personalNumber: Type.Optional(Type.String({ description: 'To the caseworker and the participant.' })),
  },
  { description: 'Deltagaren / the participant.' },
)

export const Search = Type.Object({ personalNumber: Type.String({ maxLength: 20, description: 'The whole number; parts find nobody.' }) })

export const Withdrawal = Type.Object({
  consentId: Type.Optional(Type.String({ maxLength: 100 })),
  between: Type.Optional(Type.Array(Agency, { maxItems: 2 })),
})

export const WithdrawalQuery = Type.Object({
  consentId: Type.Optional(Type.String({ maxLength: 100 })),
  between: Type.Optional(Type.String({ maxLength: 40, description: 'Two agencies, as in AME,AF.' })),
})

export const Withdrawn = Type.Object(
  { consents: Type.Array(Consent) },
  { description: 'De återkallade samtyckena / the consents withdrawn.' },
)
