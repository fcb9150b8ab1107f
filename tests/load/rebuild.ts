import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { repository } from '../product/commands.ts'

/** Events a second at which the timeline is built anew from a stopped instance's commits. */
export async function timeRebuild(data: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(repository, 'infra/standalone/src/rebuild.main.ts'), data])
  return (JSON.parse(stdout) as { eventsPerSecond: number }).eventsPerSecond
}
