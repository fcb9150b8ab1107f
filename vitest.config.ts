import { defineConfig } from 'vitest/config'

const live = 'tests/**/*.live.test.ts'
const engines = '**/*.engines.test.ts'
/** What drives the product from outside is true of either engine set; needs servers, which the environment names. */
const onBoth =
  process.env['KAFKA_BROKERS'] === undefined
    ? []
    : ['surface/*', 'story/*', 'browser/*', 'scenarios/granlunda'].map((name) => `tests/${name}.live.test.ts`)
/** What takes minutes for one test, and proves another: npm run test:engines -- --long. */
const onlyLong = ['tests/faults/seeded-product.engines.test.ts']
const long = process.env['SAMRESA_LONG'] === 'true'
const never = ['**/node_modules/**', '**/dist/**']

/**
 * Three kinds of tests: `inside` beside the source, on both cores; `live` from outside, one running product at a time; `engines` on real
 * Kafka, MongoDB and Keycloak, which tools/test-engines.mjs provides.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'inside',
          include: ['libs/**/*.test.ts', 'services/**/*.test.{ts,tsx}', 'infra/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: [live, engines, ...never],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'live',
          include: [live],
          provide: { engines: 'embedded' },
          pool: 'forks',
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'engines',
          // kafkajs counts a wait that is over as a negative one, once in each process.
          execArgv: ['--disable-warning=TimeoutNegativeWarning'],
          include: [...['libs', 'services', 'infra', 'tests'].map((folder) => `${folder}/${engines}`), ...onBoth],
          provide: { engines: 'production' },
          exclude: long ? never : [...never, ...onlyLong],
          pool: 'forks',
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
