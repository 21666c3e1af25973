export function copyAssets(from: string, to: string): number;
