import { defineConfig } from 'vitest/config'

const live = 'tests/**/*.live.test.ts'

/** Two kinds of tests: `inside` beside the source, on both cores; `live` from outside, one running product at a time. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'inside',
          include: ['libs/**/*.test.ts', 'services/**/*.test.{ts,tsx}', 'infra/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: [live, '**/node_modules/**', '**/dist/**'],
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
          pool: 'forks',
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
