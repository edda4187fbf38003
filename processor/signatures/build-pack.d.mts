export function packSource(): string
