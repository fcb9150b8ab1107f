/** The database of a service, or of the participants' keys (`keys`), in the installation with this prefix. */
export const mongoDatabaseOf = (prefix: string, name: string): string => `${prefix}${name.replaceAll('-', '_')}`
