import { wordFor } from '../words/fill.ts'
import { messages } from '../words/messages.ts'

/** An agency by its short name and colour; the whole name for those who hover or listen. */
export const AgencyTag = ({ agency }: { agency: string | undefined }) =>
  agency === undefined ? null : (
    <abbr class="agency" data-agency={agency} title={wordFor(messages.agencies, agency)}>
      {agency}
    </abbr>
  )
