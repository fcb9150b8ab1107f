import { createHash } from 'node:crypto'
import { demoUsers } from './demo-users.ts'

const style = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }
body { margin: 0; background: light-dark(#f5f6f8, #14171b); color: light-dark(#16202b, #eef1f4) }
main { max-width: 34rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .75rem }
.notice { margin: 0 0 1.5rem; padding: .75rem 1rem; border-inline-start: .375rem solid light-dark(#8a5a00, #e0b050); background: light-dark(#fff6e0, #2b2516) }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem }
button, .link { display: block; box-sizing: border-box; width: 100%; min-height: 3.5rem; padding: .625rem 1rem; font: inherit; text-align: start; color: inherit;
  background: light-dark(#fff, #1f252c); border: 1px solid light-dark(#5b6672, #8a96a3); border-radius: .5rem; cursor: pointer; overflow-wrap: anywhere }
button:hover, .link:hover { border-color: light-dark(#0a4f8f, #7cc0ff); text-decoration: underline }
button:focus-visible, .link:focus-visible { outline: 3px solid light-dark(#0a4f8f, #7cc0ff); outline-offset: 2px }
strong, span { display: block }
`
const submitItself = `document.querySelector('button').click()`

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing from elsewhere, nobody's frame; forms lead to the issuer itself and on to the portal. */
export const contentSecurityPolicy = (portalUrl: string): string =>
  `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(submitItself)}; form-action 'self' ${new URL(portalUrl).origin}; base-uri 'none'; frame-ancestors 'none'`

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const page = (title: string, content: string) =>
  `<!doctype html>
<html lang="sv">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} – Samresa</title><style>${style}</style></head>
<body><main><h1>${title}</h1>${content}</main></body>
</html>
`

/** One button per demo user; works without scripts. */
export function loginPage(action: string): string {
  const buttons = Object.entries(demoUsers).map(
    ([name, { title }]) =>
      `<li><button type="submit" name="user" value="${name}"><strong>${name}</strong> <span>${escaped(title)}</span></button></li>`,
  )
  return page(
    'Välj vem du är',
    `<p class="notice">Det här är en demonstration. Personerna är påhittade, inget lösenord behövs och inloggningen duger inte till riktiga uppgifter.</p>
<form method="post" action="${escaped(action)}"><ul>${buttons.join('\n')}</ul></form>`,
  )
}

/** `form` is oidc-provider's own, with its protection against forgery. Sends itself; without scripts the button does. */
export const logoutPage = (form: string): string =>
  page(
    'Logga ut',
    `${form}<p><button type="submit" form="op.logoutForm" name="logout" value="yes">Logga ut</button></p><script>${submitItself}</script>`,
  )

export const loggedOutPage = (portalUrl: string): string =>
  page('Du är utloggad', `<p><a class="link" href="${escaped(portalUrl)}">Till Samresa</a></p>`)

/** A login that was left lying too long, or a page reached without one. */
export const startAgainPage = (portalUrl: string): string =>
  page(
    'Inloggningen behöver göras om',
    `<p>Den hann gå ut eller är redan klar.</p><p><a class="link" href="${escaped(portalUrl)}">Börja om</a></p>`,
  )
