import { testIssuer } from '@samresa/identity/testing/issuer.contract'
import { test } from 'vitest'
import { keycloakFromEnvironment, skipReason, startTestRealm } from './testing/test-realm.ts'

const keycloak = keycloakFromEnvironment()

if (keycloak === undefined) test('Keycloak is an issuer like the embedded one', (context) => context.skip(skipReason))
else testIssuer('Keycloak', () => startTestRealm(keycloak))
