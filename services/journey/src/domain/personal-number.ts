import { type FieldFault, type Rejection, reject } from '@samresa/kernel'

/** Refuses a number that cannot exist, naming the field and never the number. */
export const impossiblePersonalNumber = (): Rejection => {
  const detail = 'Give a personal or coordination number of twelve digits, with or without a dash, whose date and check digit are right.'
  const fault: FieldFault = { pointer: '/personalNumber', detail }
  return reject('invalid', 'INVALID_FIELD', detail, [fault])
}
