import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type DemoRealm, requestKeycloakToken } from '@samresa/identity/keycloak-token-request'
import { requestToken, type TokenAnswer, type TokenRequest } from '@samresa/identity/token-request'

/** What an instance says of itself; with production engines Keycloak gives the tokens. */
type Instance = { engines: 'production'; keycloak: DemoRealm } | { engines?: never; issuer: string }

const usage = 'usage: npm run -s token -- USER [--data DIR] [--minutes N, at most 60; Keycloak always gives an hour]'
const maxMinutes = 60

function stop(exitCode: number, text: string): never {
  process.stderr.write(`${text}\n`)
  process.exit(exitCode)
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      options: { data: { type: 'string' }, minutes: { type: 'string' } },
      allowPositionals: true,
    })
    return { dataDir: values.data, minutes: Number(values.minutes ?? '5'), users: positionals }
  } catch (error) {
    return stop(2, `${(error as Error).message}\n${usage}`)
  }
}

const { dataDir, minutes, users } = readArguments()
const [user, ...more] = users
if (user === undefined || more.length > 0) stop(2, usage)
if (!(minutes > 0 && minutes <= maxMinutes)) stop(2, `--minutes must be more than 0 and at most ${maxMinutes}\n${usage}`)

const defaultDir = fileURLToPath(new URL('../../../.samresa', import.meta.url))
const folder = dataDir === undefined ? defaultDir : resolve(dataDir)
const notRunning = `no running instance in ${folder}: start one with "npm start", or name its folder with --data DIR`

const tokenFrom = (instance: Instance, request: TokenRequest): Promise<TokenAnswer> =>
  instance.engines === 'production' ? requestKeycloakToken(instance.keycloak, request.user) : requestToken(instance.issuer, folder, request)

let answer: TokenAnswer
try {
  const instance: Instance = JSON.parse(readFileSync(join(folder, 'instance.json'), 'utf8'))
  answer = await tokenFrom(instance, { user, minutes })
} catch {
  stop(1, notRunning)
}

switch (answer.outcome) {
  case 'token':
    process.stdout.write(`${answer.token}\n`)
    break
  case 'unknown-user':
    stop(2, `there is no user "${user}"; there are: ${answer.users.join(', ')}`)
    break
  case 'unreachable':
    stop(1, notRunning)
}
