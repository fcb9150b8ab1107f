const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** The name to show of whoever is logged in; undefined where the issuer tells none but an id of its own, which says nothing to anybody. */
export const shownName = (user: string): string | undefined => (uuid.test(user) ? undefined : user)
