// Runs one entry of the product on the pinned Node, after set-up. Signals and the exit code pass through.
//   node tools/run.mjs FILE [ARGS…]         a TypeScript or JavaScript file
//   node tools/run.mjs --node FLAG FILE …   the same, with flags for Node, each after its own --node
//   node tools/run.mjs --bin NAME [ARGS…]   an installed command
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { compileCache, nodePath, root, setUp } from './setup.mjs'

try {
  await setUp()
} catch (error) {
  process.stderr.write(`samresa: set-up failed: ${error.message}\n`)
  process.exit(1)
}
const given = process.argv.slice(2)
const flags = []
while (given[0] === '--node') flags.push(given.splice(0, 2)[1])
const [entry, ...rest] = given
const command = entry === '--bin' ? join(root, 'node_modules/.bin', rest[0]) : nodePath()
const args = entry === '--bin' ? rest.slice(1) : [...flags, join(root, entry), ...rest]
const child = spawn(command, args, {
  stdio: 'inherit',
  env: { ...process.env, NODE_COMPILE_CACHE: compileCache, PATH: `${dirname(nodePath())}${delimiter}${process.env.PATH}` },
})
// A terminal sends Ctrl-C to the whole group, so the child has it already; a signal sent to this process alone is passed on.
process.on('SIGTERM', () => child.kill('SIGTERM'))
process.on('SIGINT', () => undefined)
child.on('error', (error) => {
  process.stderr.write(`samresa: cannot start ${command}: ${error.message}\n`)
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
