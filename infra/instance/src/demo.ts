import type { DataFolder } from './data-folder.ts'
import { enterDemoPeople } from './demo-data.ts'

const file = 'demo.json'

export interface DemoOptions {
  folder: DataFolder
  scenarioFile: string
  /** An access token of the demonstration's caseworker. */
  caseworkerToken(): Promise<string>
  services: Record<'journey' | 'planning', string>
}

/** The demonstration's participants by their scenario id, entered as anna when this folder has none yet. */
export async function prepareDemo({ folder, scenarioFile, caseworkerToken, services }: DemoOptions): Promise<Record<string, string>> {
  const known = folder.read<Record<string, string>>(file)
  if (known !== undefined) return known
  const token = await caseworkerToken()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'samresa-purpose': 'planning' }
  const participants = await enterDemoPeople(scenarioFile, async (service, path, body, idempotencyKey) => {
    const response = await fetch(`${services[service]}${path}`, {
      method: 'POST',
      headers: { ...headers, 'idempotency-key': idempotencyKey },
      body: JSON.stringify(body),
    })
    const content = (await response.json()) as Record<string, unknown>
    if (!response.ok) throw new Error(`the demonstration's data was refused: ${JSON.stringify(content)}`)
    return content
  })
  folder.write(file, participants)
  return participants
}
