import { join } from 'node:path'
import { keycloakIn, quickToStart } from './programs.ts'
import { host, type ServerRecipe } from './server-process.ts'

/** Of a server that only this machine can reach. */
export const keycloakAdmin = { name: 'admin', password: 'admin' }

/** Java itself rather than kc.sh, whose shell would hear our signals in its place. */
export function keycloakRecipe(program: string, data: string, port: number): ServerRecipe {
  const distribution = keycloakIn(program)
  return {
    name: 'keycloak',
    port,
    command: 'java',
    args: [
      ...[...quickToStart, '-Xms128m', '-Xmx512m', '-XX:+ExitOnOutOfMemoryError'],
      ...['util', 'util.concurrent', 'security'].map((name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`),
      ...[`-Dkc.home.dir=${distribution}`, '-Djava.util.logging.manager=org.jboss.logmanager.LogManager'],
      '-Djava.util.concurrent.ForkJoinPool.common.threadFactory=io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory',
      ...['-cp', join(distribution, 'lib', 'quarkus-run.jar'), 'io.quarkus.bootstrap.runner.QuarkusEntryPoint'],
      ...['start', '--optimized', '--cache=local', '--http-enabled=true', '--hostname-strict=false'],
      ...[`--http-host=${host}`, `--http-port=${port}`],
      `--db-url=jdbc:h2:file:${join(data, 'keycloak', 'h2')};NON_KEYWORDS=VALUE`,
    ],
    env: { KC_BOOTSTRAP_ADMIN_USERNAME: keycloakAdmin.name, KC_BOOTSTRAP_ADMIN_PASSWORD: keycloakAdmin.password },
    layOut: async () => undefined,
  }
}

/** Whether it serves tokens' keys, not only takes connections. */
export const keycloakAnswers = (address: string): Promise<boolean> =>
  fetch(`http://${address}/realms/master/protocol/openid-connect/certs`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  )
