import { createRequire } from 'node:module'
import { isTelemetryWanted } from '../lifecycle.ts'

// For the first line of a process's main file. Nothing of the SDK is loaded unless somebody asked; then it is, before this module returns,
// so that what is imported after it meets the patches.
if (isTelemetryWanted()) (createRequire(import.meta.url)('./sdk.ts') as typeof import('./sdk.ts')).startSdk(process.env)
