import { expect, test } from 'vitest'
import type { LogFields } from './log-fields.ts'
import { createLogger } from './logger.ts'

function aLog(level?: 'debug' | 'info' | 'warn') {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  const logger = createLogger({ service: 'planning', destination, ...(level === undefined ? {} : { level }) })
  return { logger, text: () => lines.join(''), entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
}

test('a line carries the listed fields, the service and the constant message', () => {
  const { logger, entries } = aLog()
  logger.info({ participantId: 'p-1', count: 3 }, 'Plan loaded')
  expect(entries()).toMatchObject([{ level: 'info', service: 'planning', participantId: 'p-1', count: 3, message: 'Plan loaded' }])
})

test('nothing that is not listed reaches a line, however it is handed over', () => {
  const canary = 'Yonas 197809032399'
  const { logger, text } = aLog('debug')
  const smuggled = {
    name: canary,
    title: canary,
    token: canary,
    data: { participantId: canary },
    participantId: { canary },
    [canary]: 1,
  } as unknown as LogFields
  logger.debug(smuggled, 'One')
  logger.child(smuggled).warn('Two')
  logger.error(
    { err: Object.assign(new Error(canary, { cause: new Error(canary) }), { detail: canary, rejection: { code: 'X', detail: canary } }) },
    'Three',
  )
  logger.error({ err: canary }, 'Four')
  expect(text()).not.toContain(canary)
  expect(text().match(/"message"/g)).toHaveLength(4)
})

test('an error is told by its class, code and frames, and so are its causes', () => {
  const { logger, entries } = aLog()
  const cause = Object.assign(new TypeError('secret'), { code: 'ENOSPC' })
  logger.error({ err: new RangeError('secret', { cause }) }, 'Failed')
  expect(entries()[0]!['err']).toMatchObject({ name: 'RangeError', cause: { name: 'TypeError', code: 'ENOSPC' } })
  expect(JSON.stringify(entries()[0]!['err'])).toContain('logger.test.ts')
})

test('an error that causes itself is told to a bounded depth', () => {
  const { logger, entries } = aLog()
  const error = new Error('a')
  error.cause = error
  logger.error({ err: error }, 'Failed')
  expect(entries()).toHaveLength(1)
})

test('a child puts its fields on every line, and lines below the level are not written', () => {
  const { logger, entries } = aLog('warn')
  const child = logger.child({ consumer: 'timeline' })
  child.info('Dropped')
  child.warn({ lag: 2 }, 'Slow')
  expect(entries()).toMatchObject([{ consumer: 'timeline', lag: 2, message: 'Slow' }])
})
