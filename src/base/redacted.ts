const mask = /^(?:\*{3,}|x{6,}|X{6,}|\[REDACTED\]|\*\*\*HIDDEN\*\*\*|\[redacted(?::[^\]]*)?\])$/;

/** A value that was masked before export: present, but unknown. Never the same as absent. */
export const isRedacted = (value: unknown): boolean => typeof value === 'string' && mask.test(value);
