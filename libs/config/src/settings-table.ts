import { noExample } from './kinds.ts'
import type { Setting, Settings } from './setting.ts'

/** The settings of several programs as one Markdown table, each once; by program's name. Throws when two programs mean different things by one name. */
export function settingsTable(programs: Readonly<Record<string, Settings>>): string {
  const rows = new Map<string, { setting: Setting<unknown>; usedBy: string[]; withoutIt: Set<string> }>()
  for (const [program, settings] of Object.entries(programs)) {
    for (const setting of Object.values(settings)) {
      const row = rows.get(setting.name) ?? { setting, usedBy: [], withoutIt: new Set() }
      if (row.setting.meaning !== setting.meaning) throw new Error(`${setting.name} has two meanings`)
      row.usedBy.push(program)
      row.withoutIt.add(withoutIt(setting))
      rows.set(setting.name, row)
    }
  }
  const everybody = Object.keys(programs).length
  const lines = [...rows.values()].map(({ setting, usedBy, withoutIt }) =>
    [
      names(setting),
      usedBy.length === everybody ? 'all' : usedBy.join(', '),
      `${setting.meaning} Takes ${setting.takes}.`,
      [...withoutIt].join(', '),
      example(setting.example),
    ].join(' | '),
  )
  return ['Setting | Read by | What it is | Without it | Example', '--- | --- | --- | --- | ---', ...lines]
    .map((line) => `| ${line} |`)
    .join('\n')
}

const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``
const example = (text: string) => (text === noExample || text.startsWith('the ') ? text : code(text))
const names = ({ name, secret }: Setting<unknown>) => (secret ? `${code(`${name}_FILE`)} or ${code(name)}` : code(name))

function withoutIt({ otherwise, outsideProduction, neededWith, optional }: Setting<unknown>): string {
  if (otherwise !== undefined) return otherwise === '' ? 'nothing' : code(otherwise)
  if (outsideProduction !== undefined) return `${code(outsideProduction)}; needed with NODE_ENV=production`
  if (neededWith !== undefined) return `left out; needed with ${code(neededWith)}`
  return optional ? 'left out' : 'does not start'
}
