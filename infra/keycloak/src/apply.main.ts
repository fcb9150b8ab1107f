import { applyRealm } from './apply-realm.ts'
import { realmOptionsFrom } from './command-line.ts'

try {
  const options = realmOptionsFrom('realm:apply', process.argv.slice(2), process.env)
  const { issuer, changes } = await applyRealm(options)
  for (const change of changes) process.stdout.write(`${change}\n`)
  process.stderr.write(`${changes.length === 0 ? 'Nothing to change' : `${changes.length} changed`}: ${issuer}\n`)
  if (options.demo) process.stderr.write('THIS REALM HOLDS A DEMONSTRATION: users with passwords in a folder, tokens of an hour.\n')
} catch (error) {
  process.stderr.write(`realm:apply: ${(error as Error).message}\n`)
  process.exitCode = 2
}
