import { runCommand } from './commands.ts'

export type TokenOf = (user: string) => Promise<string>

const lifetimeMinutes = 60
const renewAfterMs = 50 * 60_000

/** Tokens of the running instance's demo users, kept until shortly before they end. */
export function createTokens(data: string): TokenOf {
  const kept = new Map<string, { token: Promise<string>; madeAt: number }>()
  return (user) => {
    const known = kept.get(user)
    if (known !== undefined && performance.now() - known.madeAt < renewAfterMs) return known.token
    const token = mintToken(data, user, lifetimeMinutes)
    kept.set(user, { token, madeAt: performance.now() })
    token.catch(() => kept.delete(user))
    return token
  }
}

/** A new token of this user, good for so many minutes. */
export async function mintToken(data: string, user: string, minutes: number): Promise<string> {
  const result = await runCommand('token', [user, '--data', data, '--minutes', String(minutes)])
  if (result.code !== 0) throw new Error(`no token for ${user} (exit code ${result.code}): ${result.stderr}`)
  return result.stdout.trim()
}
