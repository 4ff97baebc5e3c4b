/** The lab's own six limiters, written from the model's page (section 3) in whole numbers. */
import type { Fields } from './world.ts';

interface Held {
  hits: number[];
  open: number;
  count: number;
  before: number;
  /** Tokens times window, or the theoretical arrival time times limit. */
  level: number;
  at: number;
  limit: number;
}

export type Limiter = (rule: Fields, key: string, at: number) => boolean;

/** One store of counters; tells whether a hit passes, and counts it. */
export function createLimiters(): Limiter {
  const store = new Map<string, Held>();
  return (rule, key, at) => {
    const limit = Number(rule.limit);
    const windowMs = Number(rule.window_ms);
    const burst = Number(rule.burst ?? rule.limit);
    const countsAll = rule.counts_rejected === true;
    const held = store.get(key);
    const own: Held = held ?? { hits: [], open: -1, count: 0, before: 0, level: 0, at, limit };
    store.set(key, own);
    const counted = (passes: boolean): boolean => {
      if (passes || countsAll) own.count++;
      return passes;
    };
    switch (rule.algorithm) {
      case 'fixed_window': {
        const window = Math.floor(at / windowMs);
        if (own.open !== window) [own.open, own.count] = [window, 0];
        return counted(own.count < limit);
      }
      case 'fixed_window_first_hit': {
        if (held === undefined || at >= own.open + windowMs) [own.open, own.count] = [at, 0];
        return counted(own.count < limit);
      }
      case 'sliding_window_log': {
        own.hits = own.hits.filter((hit) => hit > at - windowMs);
        const passes = own.hits.length < limit;
        if (passes || countsAll) own.hits.push(at);
        return passes;
      }
      case 'sliding_window_counter': {
        const window = Math.floor(at / windowMs);
        if (own.open !== window) {
          own.before = own.open === window - 1 ? own.count : 0;
          [own.open, own.count] = [window, 0];
        }
        const weighted = Math.floor(((windowMs - (at % windowMs)) * own.before) / windowMs);
        return counted(weighted + own.count < limit);
      }
      case 'token_bucket': {
        const full = burst * windowMs;
        own.level = held === undefined ? full : Math.min(full, own.level + (at - own.at) * limit);
        own.at = at;
        if (own.level < windowMs) return false;
        own.level -= windowMs;
        return true;
      }
      case 'gcra': {
        // The theoretical arrival time is kept across a change of the limit.
        if (own.limit !== limit) own.level = (own.level / own.limit) * limit;
        own.limit = limit;
        if (at * limit < own.level - windowMs * (burst - 1)) return false;
        own.level = Math.max(own.level, at * limit) + windowMs;
        return true;
      }
      default:
        throw new Error(`no such limiter: ${String(rule.algorithm)}`);
    }
  };
}
