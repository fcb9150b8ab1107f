import { createRelyingParty, type LoginTransaction, type RelyingParty } from '../relying-party/relying-party.ts'
import { createScriptedBrowser, type ScriptedBrowser, type Visit } from './scripted-browser.ts'

/** An issuer with users of the demonstration, and how its pages are used. */
export interface IssuerWithPages {
  issuer: string
  portalUrl: string
  portalClient: { id: string; secret: string }
  /** Does what a person does on the login page to be this user. */
  enter(browser: ScriptedBrowser, page: Visit, user: string): Promise<Visit>
}

export const relyingPartyOf = ({ issuer, portalClient, portalUrl }: Omit<IssuerWithPages, 'enter'>): RelyingParty =>
  createRelyingParty({
    issuer,
    clientId: portalClient.id,
    clientSecret: portalClient.secret,
    redirectUri: `${portalUrl}/auth/callback`,
    postLogoutUri: `${portalUrl}/`,
  })

/** A browser that goes to the login page and enters as a user; `answer` is the address it comes back to the portal with. */
export async function pressLogin(instance: IssuerWithPages, party: RelyingParty, user: string) {
  const browser = createScriptedBrowser(instance.portalUrl)
  const { url, transaction }: { url: string; transaction: LoginTransaction } = await party.loginUrl()
  const page = await browser.go(url)
  const answer = await instance.enter(browser, page, user)
  return { browser, page, transaction, answer: answer.url }
}

export async function logIn(instance: IssuerWithPages, party: RelyingParty, user: string) {
  const { browser, transaction, answer } = await pressLogin(instance, party, user)
  return { browser, session: await party.callback(answer, transaction) }
}
