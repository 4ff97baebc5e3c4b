/** Progress on standard error: silent for the first 300 ms, and gone when the step is done. */
import { escapeTerminal } from '../base/escape/terminal.ts';

export type ProgressWhen = 'auto' | 'plain' | 'never';

export interface ProgressNews {
  readonly what: string;
  readonly done: number;
  readonly of: number;
  /** Whether `done` counts bytes. */
  readonly unit: 'bytes' | 'steps';
}

export interface ProgressLine {
  readonly show: (news: ProgressNews) => void;
  /** Takes the line away. */
  readonly clear: () => void;
}

const quietMs = 300;
const lineEveryMs = 100;
const plainEveryMs = 2_000;

export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = -1;
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

function newsText(news: ProgressNews, elapsedMs: number): string {
  const share = news.of > 0 ? ` (${Math.min(100, Math.floor((news.done / news.of) * 100))} %)` : '';
  if (news.unit === 'steps') return `${news.what}: ${news.done} of ${news.of}${share}`;
  const rate = elapsedMs > 0 ? `, ${formatBytes(Math.round((news.done / elapsedMs) * 1_000))}/s` : '';
  return `${news.what}: ${formatBytes(news.done)} of ${formatBytes(news.of)}${share}${rate}`;
}

/** `auto` draws one line on a terminal and nothing elsewhere; `plain` writes whole lines anywhere. */
export function progressLine(when: ProgressWhen): ProgressLine {
  const drawn = when === 'auto' && process.stderr.isTTY === true;
  if (when === 'never' || (when === 'auto' && !drawn)) return { show: () => undefined, clear: () => undefined };
  const started = performance.now();
  let told = Number.NEGATIVE_INFINITY;
  let standing = false;
  return {
    show: (news) => {
      const now = performance.now();
      if (now - started < quietMs || now - told < (drawn ? lineEveryMs : plainEveryMs)) return;
      told = now;
      const text = escapeTerminal(newsText(news, now - started));
      if (!drawn) {
        process.stderr.write(`${text}\n`);
        return;
      }
      const width = Math.max(20, process.stderr.columns || 80) - 1;
      process.stderr.write(`\r\x1b[2K${text.slice(0, width)}`);
      standing = true;
    },
    clear: () => {
      if (standing) process.stderr.write('\r\x1b[2K');
      standing = false;
    },
  };
}
