import { checkTopics } from './apply-topics.ts'
import { withTopicOptions } from './command-line.ts'

try {
  const drift = await withTopicOptions('topics:check', checkTopics)
  for (const line of drift) process.stdout.write(`${line}\n`)
  process.stderr.write(drift.length === 0 ? 'As topics.yaml says\n' : `${drift.length} not as topics.yaml says\n`)
  process.exitCode = drift.length === 0 ? 0 : 1
} catch (error) {
  process.stderr.write(`topics:check: ${(error as Error).message}\n`)
  process.exitCode = 2
}
