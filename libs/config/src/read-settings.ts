import { readFileSync } from 'node:fs'
import type { Setting, Settings, Values } from './setting.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Settings that are missing or wrong; `message` tells every one of them, with what it must be and an example, and no secret. */
export class ConfigurationFault extends Error {
  override name = 'ConfigurationFault'
}

type Given = { text: string } | { fault: string } | undefined

/** Reads all settings at once. Throws ConfigurationFault. */
export function readSettings<S extends Settings>(settings: S, environment: Environment): Values<S> {
  const production = environment['NODE_ENV'] === 'production'
  const faults: string[] = []
  const values: Record<string, unknown> = {}
  const isSet = (name: string) =>
    Object.values(settings).some((setting) => setting.name === name && givenFor(setting, environment) !== undefined)
  for (const [key, setting] of Object.entries(settings)) {
    const read = valueFrom(setting, environment, { production, isSet })
    if ('fault' in read) faults.push(`  ${read.fault}`)
    else values[key] = read.value
  }
  if (faults.length > 0) throw new ConfigurationFault(`the settings cannot be used:\n${faults.join('\n')}`)
  return values as Values<S>
}

function valueFrom(
  setting: Setting<unknown>,
  environment: Environment,
  { production, isSet }: { production: boolean; isSet(name: string): boolean },
): { value: unknown } | { fault: string } {
  const { name, takes, example, otherwise, outsideProduction, neededWith } = setting
  const given = givenFor(setting, environment)
  if (given !== undefined && 'fault' in given) return given
  const text = given?.text ?? otherwise ?? (production ? undefined : outsideProduction)
  const names = setting.secret ? `${name}_FILE or ${name}` : name
  const shouldBe = `must be ${takes}, for example ${example}`
  if (text === undefined) {
    if (neededWith !== undefined && isSet(neededWith)) return { fault: `${names} is not set, and ${neededWith} is: it ${shouldBe}` }
    return setting.optional ? { value: undefined } : { fault: `${names} is not set: it ${shouldBe}` }
  }
  let value: unknown
  try {
    value = setting.parse(text)
  } catch (error) {
    return { fault: `${names}: ${(error as Error).message}` }
  }
  if (value === undefined) return { fault: `${names} ${shouldBe}${setting.secret ? '' : `; it is "${text}"`}` }
  const refusal = production ? setting.refusedInProduction?.(text) : undefined
  return refusal === undefined ? { value } : { fault: `${names} with NODE_ENV=production: ${refusal}` }
}

/** An empty variable counts as one that is not set: Compose and Kubernetes pass those along. */
function givenFor({ name, secret }: Setting<unknown>, environment: Environment): Given {
  const path = secret ? environment[`${name}_FILE`] : undefined
  if (path !== undefined && path !== '') {
    try {
      const text = readFileSync(path, 'utf8').trim()
      return text === '' ? { fault: `${name}_FILE names an empty file: ${path}` } : { text }
    } catch (error) {
      return { fault: `${name}_FILE names a file that cannot be read: ${path} (${(error as NodeJS.ErrnoException).code})` }
    }
  }
  const text = environment[name]?.trim()
  return text === undefined || text === '' ? undefined : { text }
}
