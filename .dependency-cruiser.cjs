// The direction of every import, held by a tool: rules inward, doors for vendors, no service knows another.
const testFile = '\\.(test|contract|live\\.test)\\.tsx?$'
const own = '^(libs|services|infra|tests)/'

/** A vendor that may be imported behind one door only. */
const door = (name, vendor, allowed) => ({
  name: `door-of-${name}`,
  severity: 'error',
  comment: `${name} has one door: ${allowed.join(', ')}`,
  from: { path: own, pathNot: allowed },
  to: { path: vendor },
})
const vendor = (name) => `node_modules/${name}(/|$)`

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'a cycle that only types close is gone when the code runs',
      from: { path: own },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'imports-resolve',
      severity: 'error',
      comment: 'an import that resolves to nothing would escape every other rule',
      from: { path: own },
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
    {
      name: 'kernel-imports-nothing',
      severity: 'error',
      from: { path: '^libs/kernel/src/', pathNot: testFile },
      to: { pathNot: ['^libs/kernel/src/', '^(node:)?crypto$'] },
    },
    {
      name: 'libs-know-no-service',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(services|infra|tests)/' },
    },
    {
      name: 'services-never-import-each-other',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: { path: '^(libs|services|infra)/' },
      to: { path: '^tests/' },
    },
    {
      name: 'test-kit-is-for-tests',
      severity: 'error',
      from: { path: own, pathNot: [testFile, '^libs/testkit/', '^tests/'] },
      to: { path: ['^libs/testkit/', vendor('vitest'), vendor('fast-check')] },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'rules know the kernel, each other, and types of the contract',
      from: { path: '^services/([^/]+)/src/domain/', pathNot: testFile },
      to: { pathNot: ['^services/$1/src/domain/', '^libs/kernel/src/', '^libs/contracts/src/'] },
    },
    {
      name: 'domain-knows-only-types-of-the-contract',
      severity: 'error',
      from: { path: '^services/[^/]+/src/domain/', pathNot: testFile },
      to: { path: '^libs/contracts/src/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'application-knows-no-transport',
      severity: 'error',
      from: { path: '^services/[^/]+/src/application/', pathNot: testFile },
      to: { path: ['^libs/(http|grpc)/', '/src/(inbound|outbound)/', '/src/service\\.ts$'] },
    },
    {
      name: 'application-knows-no-vendor',
      severity: 'error',
      from: { path: '^services/[^/]+/src/application/', pathNot: testFile },
      to: { path: ['node_modules/', '^(node:)?(http|https|http2|net|sqlite|fs|fs/promises|child_process|worker_threads)$'] },
    },
    {
      name: 'inbound-never-meets-outbound',
      severity: 'error',
      from: { path: '^services/[^/]+/src/inbound/', pathNot: testFile },
      to: { path: '/src/outbound/' },
    },
    {
      name: 'outbound-never-meets-inbound',
      severity: 'error',
      from: { path: '^services/[^/]+/src/outbound/', pathNot: testFile },
      to: { path: '/src/inbound/' },
    },
    {
      name: 'only-the-composition-root-sees-the-edges',
      severity: 'error',
      from: { path: '^services/[^/]+/src/', pathNot: [testFile, '/src/(inbound|outbound)/', '/src/service\\.ts$', '/src/web/'] },
      to: { path: '/src/(inbound|outbound)/' },
    },
    {
      name: 'tests-stay-outside',
      severity: 'error',
      comment: 'what drives the product from outside imports the generated contract and nothing else of the house',
      from: { path: '^tests/' },
      to: { path: '^(libs|services|infra)/', pathNot: '^libs/contracts/src/' },
    },
    door('sqlite', '^(node:)?sqlite$', [
      '^libs/store/src/embedded/',
      '^tests/faults/tamper',
      '^services/audit/src/(verify|shared-witness)\\.test',
    ]),
    door('kafka', vendor('kafkajs'), ['^libs/bus/src/kafka/', '^tests/']),
    door('mongodb', vendor('mongodb'), ['^libs/store/src/mongodb/', '^services/audit/src/verify\\.engines\\.test', '^tests/']),
    door('keycloak', vendor('keycloak-connect'), ['^libs/identity/']),
    door('the-issuer', vendor('oidc-provider'), ['^libs/identity/']),
    door('the-relying-party', vendor('openid-client'), ['^libs/identity/']),
    door('jose', vendor('jose'), ['^libs/identity/']),
    door('grpc', vendor('@grpc/grpc-js'), ['^libs/grpc/', '^tests/']),
    door('fastify', vendor('fastify'), ['^libs/http/', '^services/portal/']),
    door('fastify-plugins', 'node_modules/@fastify/(?!otel)', ['^libs/http/', '^services/portal/']),
    door('preact', vendor('preact'), ['^services/portal/']),
    door('pino', vendor('pino'), ['^libs/telemetry/']),
    door('opentelemetry', 'node_modules/(@opentelemetry/|@fastify/otel)', ['^libs/telemetry/']),
    door('containers', ['node_modules/@testcontainers/', vendor('testcontainers')], ['^tests/engines/']),
    door('the-browser', vendor('playwright-core'), ['^tests/browser/']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^services/portal/dist/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.d.ts', '.json'],
    },
  },
}
