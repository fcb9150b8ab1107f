import { applyTopics } from './apply-topics.ts'
import { withTopicOptions } from './command-line.ts'

try {
  const changes = await withTopicOptions('topics:apply', applyTopics)
  for (const change of changes) process.stdout.write(`${change}\n`)
  process.stderr.write(changes.length === 0 ? 'Nothing to change\n' : `${changes.length} changed\n`)
} catch (error) {
  process.stderr.write(`topics:apply: ${(error as Error).message}\n`)
  process.exitCode = 2
}
