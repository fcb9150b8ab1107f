import type { FastifyReply } from 'fastify'

/** Answers with an RFC 9457 problem of the portal's own. */
export function problem(reply: FastifyReply, status: number, code: string, detail: string) {
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send({ type: 'about:blank', title: code, status, code, detail })
}
