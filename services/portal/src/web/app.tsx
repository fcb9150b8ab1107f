import { useEffect, useState } from 'preact/hooks'
import { get } from './api/client.ts'
import type { Me } from './api/model.ts'
import { AccessPage } from './pages/access.page.tsx'
import { HomePage } from './pages/home.page.tsx'
import { OwnPage } from './pages/own.page.tsx'
import { PersonPage } from './pages/person.page.tsx'
import { TracePage } from './pages/trace.page.tsx'
import { Failure, Loading, NotHere } from './parts/page-states.tsx'
import { Shell } from './parts/shell.tsx'

/** The page of a path, for whoever is logged in. */
function pageFor(path: string, me: Me) {
  const [, section, id = ''] = path.split('/').map(decodeURIComponent)
  if (section === '')
    return me.role === 'participant' && me.participantId !== undefined ? (
      <OwnPage participantId={me.participantId} me={me} />
    ) : (
      <HomePage me={me} />
    )
  if (section === 'participants' && id !== '')
    return me.role === 'participant' && me.participantId === id ? (
      <OwnPage participantId={id} me={me} />
    ) : (
      <PersonPage participantId={id} me={me} />
    )
  if (section === 'traces' && id !== '') return <TracePage correlationId={id} />
  if (section === 'access' && id !== '') return <AccessPage participantId={id} me={me} />
  return <NotHere />
}

export function App({ path }: { path: string }) {
  const [me, setMe] = useState<Me>()
  const [error, setError] = useState<unknown>()
  const findMe = () => get<Me>('/me').then(setMe, setError)
  useEffect(() => void findMe(), [])
  return (
    <Shell me={me}>
      {me !== undefined ? pageFor(path, me) : error !== undefined ? <Failure error={error} retry={findMe} /> : <Loading />}
    </Shell>
  )
}
