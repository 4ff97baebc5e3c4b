/** Rate limits: what a hit at time t does to its key's counter. Integer arithmetic, milliseconds. */
import type { RateLimit } from './records.ts';

export interface Hit {
  readonly passed: boolean;
  readonly remaining: number;
  /** Time until the next request would pass; 0 when this one passed. */
  readonly waitMs: number;
}

export interface Limiter {
  readonly hit: (limit: RateLimit, key: string, time: number) => Hit;
}

const passed = (remaining: number): Hit => ({ passed: true, remaining, waitMs: 0 });
const refused = (waitMs: number): Hit => ({ passed: false, remaining: 0, waitMs });

export function createLimiter(): Limiter {
  const logs = new Map<string, number[]>();
  const windows = new Map<string, { readonly window: number; readonly count: number }>();
  const buckets = new Map<string, { readonly level: number; readonly time: number }>();

  const slidingWindowLog = (limit: RateLimit, key: string, time: number): Hit => {
    const hits = (logs.get(key) ?? []).filter((hit) => hit > time - limit.window_ms);
    logs.set(key, hits);
    if (hits.length >= limit.limit) return refused((hits[hits.length - limit.limit] ?? time) + limit.window_ms - time);
    hits.push(time);
    return passed(limit.limit - hits.length);
  };

  const fixedWindow = (limit: RateLimit, key: string, time: number): Hit => {
    const window = Math.floor(time / limit.window_ms);
    const last = windows.get(key);
    const count = last?.window === window ? last.count : 0;
    if (count >= limit.limit) return refused((window + 1) * limit.window_ms - time);
    windows.set(key, { window, count: count + 1 });
    return passed(limit.limit - count - 1);
  };

  /** The level counts tokens times `window_ms`, so that a refill of `limit` a window is `limit` a millisecond. */
  const tokenBucket = (limit: RateLimit, key: string, time: number): Hit => {
    const token = limit.window_ms;
    const full = (limit.burst ?? limit.limit) * token;
    const last = buckets.get(key);
    const level = last === undefined ? full : Math.min(full, last.level + (time - last.time) * limit.limit);
    const passes = level >= token;
    const rest = passes ? level - token : level;
    buckets.set(key, { level: rest, time });
    return passes ? passed(Math.floor(rest / token)) : refused(Math.ceil((token - level) / limit.limit));
  };

  const hit = (limit: RateLimit, value: string, time: number): Hit => {
    const key = `${limit.group}/${value}`;
    switch (limit.algorithm) {
      case 'sliding_window_log':
        return slidingWindowLog(limit, key, time);
      case 'fixed_window':
        return fixedWindow(limit, key, time);
      case 'token_bucket':
        return tokenBucket(limit, key, time);
    }
  };
  return { hit };
}
