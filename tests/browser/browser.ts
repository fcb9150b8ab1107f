import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { repository } from '../product/commands.ts'
import type { Product } from '../product/instance.ts'

const candidates = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executable = candidates.find((path) => path !== undefined && existsSync(path))

/** Why no browser test can run here; undefined when one can. */
export const noBrowser = executable === undefined ? 'no Chromium: install chromium, or name one with CHROMIUM' : undefined

export function launchBrowser(): Promise<Browser> {
  if (executable === undefined) throw new Error(noBrowser)
  return chromium.launch({ executablePath: executable, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
}

/** A visitor with a session of their own. */
export interface Visitor {
  page: Page
  /** Hosts other than this machine that the pages asked for. */
  foreignHosts: Set<string>
  /** What the pages complained about on their consoles. */
  complaints: string[]
  close(): Promise<void>
}

/** Opens a page of the product and logs in as this user: by a button of the embedded issuer, by Keycloak's form. */
export async function visit(
  browser: Browser,
  { ready }: Product,
  url: string,
  { user, width, height = 900 }: { user: string; width: number; height?: number },
): Promise<Visitor> {
  const context: BrowserContext = await browser.newContext({ viewport: { width, height }, locale: 'sv-SE', timezoneId: 'Europe/Stockholm' })
  const foreignHosts = new Set<string>()
  const complaints: string[] = []
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (protocol.startsWith('http') && !['127.0.0.1', 'localhost'].includes(hostname)) foreignHosts.add(hostname)
  })
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(url)
  if (ready.keycloak === undefined) await page.getByRole('button', { name: new RegExp(`^${user}\\b`, 'i') }).click()
  else await fillIn(page, user, readFileSync(join(ready.keycloak.secrets, `user-${user}.secret`), 'utf8').trim())
  await page.waitForURL((found) => found.href.startsWith(new URL(url).origin))
  return { page, foreignHosts, complaints, close: () => context.close() }
}

async function fillIn(page: Page, user: string, password: string): Promise<void> {
  await page.locator('#username').fill(user)
  await page.locator('#password').fill(password)
  await page.locator('#kc-login').click()
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe-core finds against WCAG 2.2 AA on the page as it stands: one line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  return await page.evaluate(async () => {
    interface Found {
      violations: { id: string; help: string; nodes: { target: unknown[] }[] }[]
    }
    const { axe } = globalThis as unknown as { axe: { run(root: unknown, options: object): Promise<Found> } }
    const found = await axe.run((globalThis as unknown as { document: unknown }).document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })
    return found.violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(' ')).join('; ')})`)
  })
}

/** How many pixels the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

const screenshotFolder = join(repository, 'docs/screenshots')

/** A picture for the documentation, taken only when SCREENSHOTS=1. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env['SCREENSHOTS'] !== '1') return
  mkdirSync(screenshotFolder, { recursive: true })
  await page.screenshot({ path: join(screenshotFolder, `${name}.png`), fullPage: true, animations: 'disabled' })
}
