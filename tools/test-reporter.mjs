// Writes what tools/test-run.mjs sums up: every test's name, state, duration and, when skipped, why.
import { writeFileSync } from 'node:fs'

export default class SummaryReporter {
  onTestRunEnd(modules, errors) {
    const tests = []
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const result = test.result()
        tests.push({
          name: test.fullName,
          file: module.relativeModuleId,
          state: result.state,
          note: result.note,
          ms: test.diagnostic()?.duration ?? 0,
        })
      }
    }
    const failedModules = modules.filter((module) => module.errors().length > 0).map((module) => module.relativeModuleId)
    writeFileSync(process.env.SAMRESA_TEST_SUMMARY, JSON.stringify({ tests, failedModules, errors: errors.length }))
  }
}
