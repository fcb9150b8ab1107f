import { type Agency, agencies } from '@samresa/kernel'
import { gauge } from '@samresa/telemetry'

const open = new Map<Agency, number>(agencies.map((agency) => [agency, 0]))

gauge('samresa_plan_subscribers', () => [...open].map(([agency, value]) => ({ value, labels: { agency } })))

/** Does the work of a subscription and counts it as open meanwhile. */
export async function whileSubscribed(agency: Agency, work: () => Promise<void>): Promise<void> {
  open.set(agency, open.get(agency)! + 1)
  try {
    await work()
  } finally {
    open.set(agency, open.get(agency)! - 1)
  }
}
