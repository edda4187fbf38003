export { openLogFile, openStream } from './open.ts'
export type { OfflineInput } from './open.ts'
