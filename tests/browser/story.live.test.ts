import { gateway as contract } from '@samresa/contracts'
import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { useInstance } from '../product/live-instance.ts'
import { matchingReport, messagesOf, nextMessage, yonasId } from '../product/yonas.ts'
import { accessibilityFaults, launchBrowser, noBrowser, overflow, picture, type Visitor, visit } from './browser.ts'

// The story of Yonas in real pages, told in order: each test goes on where the one before it ended.
const instance = noBrowser === undefined ? useInstance(15_500) : undefined
const product = () => instance!.current
const personUrl = () => `${product().ready.portal}/participants/${yonasId(product())}`

let browser: Browser
let anna: Visitor
let changes: AsyncIterator<contract.SubscribePlanChangesResponse>
let receipt: contract.Receipt
const card = (code: string) => anna.page.getByTestId(`conflict-${code}`)

beforeAll(async () => {
  if (noBrowser === undefined) browser = await launchBrowser()
})
afterAll(async () => {
  await changes?.return?.()
  await browser?.close()
})
beforeEach(({ skip }) => {
  if (noBrowser !== undefined) skip(noBrowser)
})

/** Fills in the schedule of one alternative; what is not named stays as it is. */
async function setSchedule(option: Locator, wanted: { days?: string[]; start?: string; end?: string; from?: string; to?: string }) {
  if (wanted.days !== undefined) {
    for (const day of ['Måndag', 'Tisdag', 'Onsdag', 'Torsdag', 'Fredag', 'Lördag', 'Söndag']) {
      await option.getByRole('checkbox', { name: day }).setChecked(wanted.days.includes(day), { force: true })
    }
  }
  const fields = { start: 'Från klockan', end: 'Till klockan', from: 'Första dag', to: 'Sista dag' } as const
  for (const [field, label] of Object.entries(fields)) {
    const value = wanted[field as keyof typeof fields]
    if (value !== undefined) await option.getByLabel(label).fill(value)
  }
}

const clean = 'Löser krocken och skapar ingen ny.'
const previewOf = (option: Locator) => option.getByTestId('preview')

test('1. Anna logs in and finds the plan of Yonas in order', async () => {
  anna = await visit(browser, product(), personUrl(), { user: 'anna', width: 1280 })
  const { page } = anna
  await page.getByRole('heading', { level: 1, name: 'Yonas Tesfay' }).waitFor()
  await page.getByText('Planen går ihop').waitFor()
  await page.getByText('Arbetsträning second hand').first().waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await picture(page, '1-plan')
})

test('2–3. what AF reports stands on her page without a reload, with the clash in her words', async () => {
  const { page } = anna
  await page.getByText('Sidan uppdateras av sig själv').waitFor()
  await page.evaluate('window.neverReloaded = true')
  changes = messagesOf(await product().gateway('af-system').subscribe(''))
  receipt = await product().gateway('af-system').reportMeasure(matchingReport)
  expect((await product().gateway('af-system').reportMeasure(matchingReport)).receiptId).toBe(receipt.receiptId)
  await card('TIME_OVERLAP').getByText('Måndagar 17 gånger, 4 maj – 24 aug; onsdagar 17 gånger, 6 maj – 26 aug').waitFor()
  await card('TIME_OVERLAP').getByText('AF, med leverantören').waitFor()
  await card('PLAN_DEVIATION').waitFor()
  await page.getByTestId('timeline-AgencyMeasureRecorded').waitFor()
  expect(await page.evaluate('window.neverReloaded')).toBe(true)
  expect(await accessibilityFaults(page)).toEqual([])
  await picture(page, '2-clash')
})

test('3. she acknowledges the clash and says what Yonas shall do until it is decided', async () => {
  const clash = card('TIME_OVERLAP')
  await clash.getByRole('button', { name: 'Bekräfta', exact: true }).click()
  await clash.getByText('Bekräftad', { exact: true }).waitFor()
  await clash.getByRole('button', { name: 'Bestäm tills vidare' }).click()
  await clash.getByLabel('Gå till').selectOption({ label: 'Arbetsträning second hand' })
  await clash.getByRole('button', { name: 'Spara' }).click()
  await clash.getByText(/Gå till Arbetsträning second hand som vanligt/).waitFor()
  expect(await accessibilityFaults(anna.page)).toEqual([])
})

test('3. Yonas sees on his phone what to do, in plain words', async () => {
  const yonas = await visit(browser, product(), product().ready.portal, { user: 'yonas', width: 360, height: 740 })
  await yonas.page
    .getByText(/Gå till Arbetsträning second hand som vanligt/)
    .first()
    .waitFor()
  expect(await accessibilityFaults(yonas.page)).toEqual([])
  expect(await overflow(yonas.page)).toBeLessThanOrEqual(0)
  await picture(yonas.page, '3-participant')
  expect([...yonas.foreignHosts]).toEqual([])
  await yonas.close()
})

test('4. she tries alternatives, sees what each would leave, and sends three', async () => {
  const { page } = anna
  const clash = card('TIME_OVERLAP')
  await clash.getByRole('button', { name: 'Föreslå ändring' }).click()
  const a = page.getByTestId('option-A')
  await setSchedule(a, { days: ['Fredag'], start: '12:00', end: '15:00', from: '2026-05-22', to: '2026-11-06' })
  await previewOf(a).getByText('För kort tid att ta sig emellan').waitFor()
  expect(await previewOf(a).textContent()).toMatch(/14/)
  await picture(page, '4-still-clashing')
  await setSchedule(a, { start: '13:00', end: '16:00' })
  await previewOf(a).getByText(clean).waitFor()

  await page.getByRole('button', { name: 'Lägg till alternativ B' }).click()
  const b = page.getByTestId('option-B')
  await setSchedule(b, { from: '2026-08-31' })
  await previewOf(b).getByText(clean).waitFor()
  expect(await previewOf(b).textContent()).toMatch(/34 färre/)

  await page.getByRole('button', { name: 'Lägg till alternativ C' }).click()
  const c = page.getByTestId('option-C')
  await c.getByLabel('Insats').selectOption({ label: 'Arbetsträning second hand (AME)' })
  await setSchedule(c, { to: '2026-04-30' })
  await previewOf(c).getByText(clean).waitFor()
  expect(await previewOf(c).textContent()).toContain('Inga tider krockar längre.')
  expect(await accessibilityFaults(page)).toEqual([])
  await picture(page, '5-alternatives')

  await page.getByLabel('Varför föreslår du detta?').fill('Arbetsträningen och Rusta och matcha ligger på samma tider.')
  await page.getByRole('button', { name: 'Skicka 3 förslag' }).click()
  await page.getByText('Väntar på svar').first().waitFor()
})

test('5. AF accepts A on its stream, and the clash closes by itself with its evidence', async () => {
  const { page } = anna
  const told = await nextMessage(changes, ({ type }) => type === 'samresa.planning.v1.ProposalSent')
  const { proposalId, options } = JSON.parse(told.payload) as { proposalId: string; options: { id: string }[] }
  const optionId = options[0]?.id ?? ''
  await product().gateway('af-system').respondToProposal({ messageId: 'af-answers', proposalId, answer: contract.Answer.ACCEPT, optionId })
  await page.getByText('Planen går ihop').waitFor()
  const closed = page.getByTestId('closed-TIME_OVERLAP')
  await closed.waitFor({ state: 'attached' })
  await page.getByTestId('closed-conflicts').locator('summary').click()
  await closed.getByText('Löst och kontrollerad').waitFor()
  expect(await page.evaluate('window.neverReloaded')).toBe(true)
  expect(await accessibilityFaults(page)).toEqual([])
  await picture(page, '6-solved')
})

test('the page of Anna fits a phone and the narrowest window', async () => {
  const { page } = anna
  for (const width of [360, 320]) {
    await page.setViewportSize({ width, height: 740 })
    expect([width, await overflow(page)]).toEqual([width, 0])
  }
  expect(await accessibilityFaults(page)).toEqual([])
  await picture(page, '7-phone')
  expect([...anna.foreignHosts]).toEqual([])
  expect(anna.complaints).toEqual([])
  await anna.close()
})

test('6. the auditor follows the call to the timeline and the delivery', async () => {
  const auditor = await visit(browser, product(), `${product().ready.portal}/traces/${receipt.correlationId}`, {
    user: 'auditor',
    width: 1280,
  })
  for (const step of ['RECEIVED', 'COMMITTED', 'TIMELINE', 'DELIVERED']) await auditor.page.getByTestId(`step-${step}`).first().waitFor()
  expect(await accessibilityFaults(auditor.page)).toEqual([])
  expect(await overflow(auditor.page)).toBeLessThanOrEqual(0)
  await picture(auditor.page, '8-trace')
  expect([...auditor.foreignHosts]).toEqual([])
  await auditor.close()
})
