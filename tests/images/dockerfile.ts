import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../product/commands.ts'

/** What the recipe of the images says, as far as it can be done without Docker. */
export interface Recipe {
  /** The shell line that makes /app from the sources. */
  assembling: string
  /** What the image itself says about its environment. */
  environment: Record<string, string>
  user: string
  entrypoint: string[]
  healthcheck: string[]
  /** Every image that it begins with. */
  bases: string[]
}

const file = 'infra/docker/Dockerfile'

/** Reads infra/docker/Dockerfile. Throws when a step that is looked for is not there. */
export function readRecipe(): Recipe {
  const text = readFileSync(join(repository, file), 'utf8').replaceAll('\\\n', ' ')
  const all = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found!)
  const one = (pattern: RegExp) => {
    const [found] = all(pattern)
    if (found === undefined) throw new Error(`${file} has no line like ${pattern}`)
    return found
  }
  const words = one(/^ENV (.+)$/gm).split(' ')
  return {
    assembling: one(/^RUN (node .+)$/gm),
    environment: Object.fromEntries(words.map((word) => word.split('=') as [string, string])),
    user: one(/^USER (.+)$/gm),
    entrypoint: JSON.parse(one(/^ENTRYPOINT (.+)$/gm)),
    healthcheck: JSON.parse(one(/^HEALTHCHECK .*?CMD (\[.+\])$/gm)),
    bases: all(/^FROM (\S+)/gm),
  }
}
