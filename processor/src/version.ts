/** Replaced by the build with the version in package.json. */
declare const PICKET_VERSION: string | undefined

/** Picket's version; `0.0.0-source` where the sources run unbuilt, as in tests. */
export const version: string = typeof PICKET_VERSION === 'string' ? PICKET_VERSION : '0.0.0-source'
