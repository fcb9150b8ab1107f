// Says at Keycloak which participant each user is: a process of its own, so that no service holds power over users.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { address, ConfigurationFault, optional, readSettings, type Setting, secret, url, word } from '@samresa/config'
import { createServiceToken } from '@samresa/identity'
import { keepLinking } from './keep-linking.ts'

const seconds = (text: string) => (Number(text) > 0 && Number.isFinite(Number(text)) ? Number(text) : undefined)

/** The folder that the services have, too: who signed journey's certificate is all that this process needs of it. */
const innerCa: Setting<Buffer> = {
  name: 'INNER_TLS_FOLDER',
  meaning: 'Where the certificate lies of whoever signed journey’s, when the services ask each other over TLS.',
  takes: 'a folder with ca.crt',
  example: '/run/certs',
  parse: (folder) => readFileSync(join(folder, 'ca.crt')),
}

const settings = {
  insideUrl: url('KEYCLOAK_INSIDE_URL', {
    meaning: 'The realm, as this process reaches it.',
    example: 'http://keycloak:8080/realms/samresa',
  }),
  linkerSecret: secret('PARTICIPANT_LINKER_SECRET', { meaning: 'The secret of the client participant-linker, which asks journey.' }),
  writerSecret: secret('PARTICIPANT_WRITER_SECRET', { meaning: 'The secret of the client participant-writer, which changes users.' }),
  journeyAddress: address('JOURNEY_ADDRESS', {
    meaning: 'Where journey answers other services (its INNER_PORT).',
    example: 'journey:9090',
  }),
  innerCa: optional(innerCa),
  everySeconds: {
    ...word('EVERY_SECONDS', { meaning: 'How often users are looked through.', otherwise: '15', example: '15' }),
    takes: 'a number of seconds',
    parse: seconds,
  },
}

function settingsOrExit() {
  try {
    return readSettings(settings, process.env)
  } catch (error) {
    if (!(error instanceof ConfigurationFault)) throw error
    process.stderr.write(`participants: ${error.message}\n`)
    process.exit(2)
  }
}

const { insideUrl, linkerSecret, writerSecret, journeyAddress, innerCa: ca, everySeconds } = settingsOrExit()
const tokensOf = (clientId: string, clientSecret: string) => createServiceToken({ issuer: insideUrl, clientId, clientSecret })
const [keycloak = '', realm = ''] = insideUrl.split('/realms/')

const linking = keepLinking({
  realm: { keycloak, realm: decodeURIComponent(realm), admin: tokensOf('participant-writer', writerSecret) },
  journey: { address: journeyAddress, credentials: { ...tokensOf('participant-linker', linkerSecret), ...(ca !== undefined && { ca }) } },
  everyMs: everySeconds * 1000,
  onTrouble: (text) => process.stderr.write(`participants: users cannot be linked at the moment, trying on: ${text}\n`),
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void linking.close().then(() => process.exit(0)))
await linking.start()
