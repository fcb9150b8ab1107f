import { checkRealm } from './apply-realm.ts'
import { realmOptionsFrom } from './command-line.ts'

try {
  const options = realmOptionsFrom('realm:check', process.argv.slice(2), process.env)
  const drift = await checkRealm(options)
  for (const line of drift) process.stdout.write(`${line}\n`)
  process.stderr.write(drift.length === 0 ? 'The realm is as stated.\n' : `${drift.length} differences: npm run realm:apply mends them.\n`)
  if (options.demo) process.stderr.write('THIS REALM HOLDS A DEMONSTRATION: users with passwords in a folder, tokens of an hour.\n')
  if (drift.length > 0) process.exitCode = 1
} catch (error) {
  process.stderr.write(`realm:check: ${(error as Error).message}\n`)
  process.exitCode = 2
}
