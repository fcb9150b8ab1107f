// The page of all settings, from what the services declare.
import { settingsTable } from '../libs/config/src/settings-table.ts'
import { settings as agencySync } from '../services/agency-sync/src/config.ts'
import { settings as audit } from '../services/audit/src/config.ts'
import { settings as journey } from '../services/journey/src/config.ts'
import { settings as planning } from '../services/planning/src/config.ts'
import { settings as portal } from '../services/portal/src/config.ts'

const introduction = `# Settings

Every service reads its settings from the environment, once, at start. What is missing or wrong is told all at once, and the process ends with exit code 2.
\`NODE_ENV=production\` refuses what belongs to a demonstration. A secret is the content of the file that \`…_FILE\` names, or else the variable itself; an empty variable counts as
one that is not set. Made by \`npm run generate\` from \`services/*/src/config.ts\`.

The master key is made once, \`openssl rand -base64 32 > master.key\`, and kept apart from the databases: together they open every text, and without it nobody can.
`

export const settingsPage = () => `${introduction}\n${settingsTable({ journey, planning, 'agency-sync': agencySync, audit, portal })}\n`
