import type { ComponentChildren } from 'preact'
import type { Me } from '../api/model.ts'
import { fill, wordFor } from '../words/fill.ts'
import { messages } from '../words/messages.ts'
import { shownName } from './shown-name.ts'

/** The frame of every page: way to the content, who is logged in, way out. */
export function Shell({ me, children }: { me: Me | undefined; children: ComponentChildren }) {
  return (
    <>
      <a class="ds-skip-link" href="#content">
        {messages.skipToContent}
      </a>
      <header class="bar">
        <a class="brand" href="/">
          <img src="/icon.svg" alt="" width="28" height="28" />
          {messages.brand}
        </a>
        {me !== undefined && (
          <div class="who">
            <span>
              <span class="visually-hidden">{fill(messages.signedInAs, { user: '' })}</span>
              {shownName(me.user) !== undefined && <strong>{shownName(me.user)}</strong>}
              <span class="who-role"> {[wordFor(messages.roles, me.role), me.agency].filter(Boolean).join(', ')}</span>
            </span>
            <form method="post" action="/auth/logout">
              <button type="submit" class="ds-button" data-variant="tertiary" data-color="neutral">
                {messages.logOut}
              </button>
            </form>
          </div>
        )}
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  )
}
