export function lighterStringWidth(source: string): string;
