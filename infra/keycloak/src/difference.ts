/** One thing that is otherwise in Keycloak than it is stated. */
export interface Difference {
  /** A line for people; never holds a secret. */
  what: string
  mend(): Promise<void>
}
