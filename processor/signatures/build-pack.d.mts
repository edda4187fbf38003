export function packText(): string
export function packSource(): string
