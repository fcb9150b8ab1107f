import { readFileSync } from 'node:fs'

export interface MapperShape {
  name: string
  protocol: string
  protocolMapper: string
  config: Record<string, string>
}

/** The part of a client that the file states; everything else is Keycloak's own business. */
export interface ClientShape {
  clientId: string
  attributes?: Record<string, string>
  defaultClientScopes?: string[]
  optionalClientScopes?: string[]
  protocolMappers?: MapperShape[]
  [setting: string]: unknown
}

export interface AccountShape {
  username: string
  serviceAccountClientId: string
  realmRoles: string[]
  clientRoles?: Record<string, string[]>
}

/** A realm as `realm.json` states it, in Keycloak's own form: it can be imported as it is. */
export interface RealmShape {
  realm: string
  roles: { realm: { name: string; description: string }[] }
  clients: ClientShape[]
  /** Only the service accounts of machines. */
  users: AccountShape[]
  components: Record<string, { providerId: string; config: Record<string, string[]> }[]>
  [setting: string]: unknown
}

export interface RealmPlaces {
  realm: string
  /** The portal's origin as browsers know it. */
  portalUrl: string
  /** The portal's origin as Keycloak reaches it, when that is another: where logouts are told. */
  portalInsideUrl?: string
}

const file = new URL('../realm.json', import.meta.url)

/** `realm.json` with its three placeholders filled in. They are written as Keycloak's own import writes them. */
export function readRealmShape({ realm, portalUrl, portalInsideUrl = portalUrl }: RealmPlaces): RealmShape {
  const places: Record<string, string> = { REALM: realm, PORTAL_URL: portalUrl, PORTAL_INSIDE_URL: portalInsideUrl }
  return JSON.parse(readFileSync(file, 'utf8'), (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(/\$\{([A-Z_]+)\}/g, (whole, name: string) => places[name] ?? whole) : value,
  ) as RealmShape
}

/** The attributes that users of this realm may have, and who sees and changes them. */
export function userProfileOf({ components }: RealmShape): { attributes: { name: string }[] } {
  const profile = components['org.keycloak.userprofile.UserProfileProvider']?.[0]?.config['kc.user.profile.config']?.[0]
  if (profile === undefined) throw new Error('realm.json states no user profile')
  return JSON.parse(profile)
}

/** Clients that prove themselves with a secret. */
export const hasSecret = (client: ClientShape): boolean => client['clientAuthenticatorType'] === 'client-secret'

/** The realm's own settings, without roles, clients, users and components. */
export const settingsOf = ({ roles: _, clients: _c, users: _u, components: _p, ...settings }: RealmShape): Record<string, unknown> =>
  settings
