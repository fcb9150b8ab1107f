import type { ReadyLine } from '@samresa/instance'

/** What a stack of processes says about itself: an instance's line, with the processes and the servers behind them. */
export interface StackLine extends ReadyLine {
  engines: 'production'
  pids: Record<string, number>
  mongodb: { url: string; prefix: string }
  kafka: { brokers: string[]; prefix: string }
  /** `secrets`: the folder with the clients' secrets and the demonstration's passwords. */
  keycloak: { url: string; realm: string; secrets: string }
}
