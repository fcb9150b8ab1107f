/** What an instance says about itself when everything answers: the one line that `--json` prints. */
export interface ReadyLine {
  ready: true
  pid: number
  portal: string
  agencyGateway: string
  issuer: string
  services: Record<string, string>
  today: string
  demo: { participants: Record<string, string> }
}
