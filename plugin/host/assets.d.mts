export declare const ICONS: string
export declare const FONTS: Readonly<Record<string, string>>
export declare function copyAssets(folder: string): number
