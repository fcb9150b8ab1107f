import type { Conflict } from '../api/model.ts'
import type { ParticipantView } from '../use-participant.ts'

/** What every form about a conflict is given. */
export interface ConflictFormProps {
  conflict: Conflict
  view: ParticipantView
  onDone(): void
  onCancel(): void
}
