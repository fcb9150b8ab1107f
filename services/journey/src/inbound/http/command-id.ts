import { type CallContext, newId } from '@samresa/kernel'

/** The call as a command: the same Idempotency-Key of the same user is the same command. */
export function commandFrom({ context, idempotencyKey }: { context: CallContext; idempotencyKey?: string }) {
  const commandId = idempotencyKey === undefined ? newId() : `http:journey:${context.actor.user}:${idempotencyKey}`
  return { ...context, commandId }
}
