import { isDatable, type Micros, parseInstant, type TimeForm } from '../base/time.ts';

/** Which spellings of time a member used, as bits; the choice for an epoch number is by magnitude, so it is recorded. */
export const timeFormBit: Readonly<Record<TimeForm, number>> = {
  rfc3339: 1,
  epoch_s: 2,
  epoch_ms: 4,
  epoch_us: 8,
  epoch_ns: 16,
};

export interface TimeReader {
  /** Microseconds, or NaN where the value is no usable time: what `parseInstant` reads and a case file can hold. */
  readonly read: (value: unknown) => Micros;
  /** Bits of the spellings since the last call. */
  readonly takeForms: () => number;
}

/**
 * A hot path for the usual RFC 3339 spelling: the date's part of consecutive records is nearly always the same,
 * so it is parsed once and the clock is read by digit. Everything else takes the slow way.
 */
export function createTimeReader(): TimeReader {
  let forms = 0;
  let dayText = '';
  let dayUs = 0;

  function slow(value: unknown): Micros {
    const instant = parseInstant(value);
    if (instant === null || !isDatable(instant.us)) return Number.NaN;
    forms |= timeFormBit[instant.form];
    return instant.us;
  }

  function read(value: unknown): Micros {
    if (typeof value !== 'string' || value.length < 20 || value.length > 40) return slow(value);
    if (!value.startsWith(dayText) || dayText === '') {
      const date = value.slice(0, 10);
      const midnight = value.charCodeAt(4) === 45 ? parseInstant(`${date}T00:00:00Z`) : null;
      if (midnight === null) return slow(value);
      dayText = date;
      dayUs = midnight.us;
    }
    const h = pair(value, 11);
    const m = pair(value, 14);
    const s = pair(value, 17);
    // 'T', ':' and ':' in their places; a leap second goes the slow way.
    if (value.charCodeAt(10) !== 84 || value.charCodeAt(13) !== 58 || value.charCodeAt(16) !== 58) return slow(value);
    if (!(h < 24 && m < 60 && s < 60)) return slow(value);
    let i = 19;
    let micros = 0;
    if (value.charCodeAt(19) === 46) {
      let scale = 100_000;
      for (i = 20; ; i++) {
        const digit = value.charCodeAt(i) - 48;
        if (!(digit >= 0 && digit <= 9)) break;
        micros += digit * scale;
        scale = scale === 1 ? 0 : scale / 10;
      }
      if (i === 20) return slow(value);
    }
    let offset = 0;
    const zone = value.charCodeAt(i);
    if (zone === 90) {
      if (value.length !== i + 1) return slow(value);
    } else if ((zone === 43 || zone === 45) && value.length === i + 6 && value.charCodeAt(i + 3) === 58) {
      const zh = pair(value, i + 1);
      const zm = pair(value, i + 4);
      if (!(zh < 24 && zm < 60)) return slow(value);
      offset = (zone === 45 ? -1 : 1) * (zh * 60 + zm);
    } else return slow(value);
    const us = dayUs + (h * 3_600 + (m - offset) * 60 + s) * 1_000_000 + micros;
    if (!isDatable(us)) return Number.NaN;
    forms |= 1;
    return us;
  }

  function takeForms(): number {
    const taken = forms;
    forms = 0;
    return taken;
  }
  return { read, takeForms };
}

/** Two digits, or 99 where they are none. */
function pair(text: string, at: number): number {
  const a = text.charCodeAt(at) - 48;
  const b = text.charCodeAt(at + 1) - 48;
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : 99;
}
