export type Build = 'module' | '12' | '13' | 'live'

export declare const testHosts: string
export declare const live: string
export declare const LINES: Readonly<Record<'12' | '13', string>>
export declare function isFresh(name: Build): boolean
export declare function ensureBuilt(
  names: readonly Build[],
  say?: (text: string) => void,
): Promise<void>
