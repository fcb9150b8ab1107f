/** One variable of the environment: what it means, what it takes, and how its text becomes a value. */
export interface Setting<T> {
  /** The variable's name. */
  name: string
  /** What it is for, and what follows from it: a sentence for whoever runs the product. */
  meaning: string
  /** What it must be: "a port from 1 to 65535". */
  takes: string
  example: string
  /** Taken when the variable is not set. A setting without it must be set, unless it is {@link optional}. */
  otherwise?: string
  /** Like `otherwise`, but on a developer's machine only: with NODE_ENV=production it must be set. */
  outsideProduction?: string
  /** The value is `undefined` when the variable is not set. */
  optional?: true
  /** A variable among the same settings with which this one must be set, although it is optional. */
  neededWith?: string
  /** Is never printed, and may be the content of the file that NAME_FILE names. */
  secret?: true
  /** Why this text must not be used with NODE_ENV=production; undefined when it may. */
  refusedInProduction?(text: string): string | undefined
  /** The value; undefined when the text is not what the setting takes. May throw an error whose message says more than that, and nothing secret. */
  parse(text: string): T | undefined
}

export type Settings = Record<string, Setting<unknown>>

/** What the settings give: a value by each one's key. */
export type Values<S extends Settings> = { [key in keyof S]: S[key] extends Setting<infer T> ? T : never }

/** What may be said about a setting beside how it is parsed. */
export type Described = Pick<Setting<unknown>, 'meaning'> &
  Partial<Pick<Setting<unknown>, 'example' | 'otherwise' | 'outsideProduction' | 'refusedInProduction'>>

/** The same setting, which may be left out where the variable of that name is not set either. */
export function neededWith<T>(name: string, setting: Setting<T>): Setting<T | undefined> {
  return { ...setting, optional: true, neededWith: name }
}

/** The same setting, which may be left out. */
export function optional<T>(setting: Setting<T>): Setting<T | undefined> {
  return { ...setting, optional: true }
}
