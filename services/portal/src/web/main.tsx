import './style/digdir.css'
import './style/theme.css'
import './style/page.css'
import './style/conflicts.css'
import './style/week.css'
import './style/timeline.css'
import './style/composer.css'
import './style/own.css'
import { render } from 'preact'
import { App } from './app.tsx'

const place = document.getElementById('app')
if (place !== null) render(<App path={location.pathname} />, place)
