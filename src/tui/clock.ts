/** Times as the screens print them, in the zone that the user asked for. */
import { formatMicros, type Micros } from '../base/time.ts';
import type { Zone } from '../base/zone.ts';

export interface Clock {
  readonly zone: string;
  /** `12:03`, with the day in front where the evidence covers several. */
  readonly minute: (us: Micros) => string;
  /** `12:03:17` */
  readonly second: (us: Micros) => string;
  /** `12:03:17.250` */
  readonly milli: (us: Micros) => string;
  /** `2026-03-09 12:03:17.250123 UTC` */
  readonly full: (us: Micros) => string;
}

export function clockOf(zone: Zone, spanOf: { readonly from: Micros; readonly to: Micros } | null): Clock {
  const wall = (us: Micros): string => formatMicros(us + zone.offset(us));
  const days = spanOf !== null && wall(spanOf.from).slice(0, 10) !== wall(spanOf.to).slice(0, 10);
  const part = (us: Micros, end: number): string => {
    const text = wall(us);
    return days ? `${text.slice(5, 10)} ${text.slice(11, end)}` : text.slice(11, end);
  };
  return {
    zone: zone.name,
    minute: (us) => part(us, 16),
    second: (us) => part(us, 19),
    milli: (us) => {
      const ms = Math.floor((((us % 1_000_000) + 1_000_000) % 1_000_000) / 1000);
      return `${part(us, 19)}.${String(ms).padStart(3, '0')}`;
    },
    full: (us) => `${wall(us).replace('T', ' ').slice(0, -1)} ${zone.name}`,
  };
}
