import { isRedacted } from '../../base/redacted.ts';
import { isDatable, parseInstant } from '../../base/time.ts';

/** What a scalar looks like, as it may be shown: never the value. */
export const shapes = [
  'null',
  'true or false',
  'time (RFC 3339)',
  'time (epoch s)',
  'time (epoch ms)',
  'time (epoch us)',
  'time (epoch ns)',
  'HTTP status',
  'integer',
  'number',
  'masked',
  'empty text',
  'HTTP method',
  'path',
  'URL',
  'address',
  'digest',
  'UUID',
  'word',
  'text',
] as const;
export type Shape = (typeof shapes)[number];

const epochShape = {
  rfc3339: 'time (RFC 3339)',
  epoch_s: 'time (epoch s)',
  epoch_ms: 'time (epoch ms)',
  epoch_us: 'time (epoch us)',
  epoch_ns: 'time (epoch ns)',
} as const;

const methods = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE)$/i;
const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[^:]*:)[\da-fA-F:.]{3,45})$/;
const digest = /^(?:sha256:)?[\da-f]{32,128}$/i;
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const word = /^[\w@][\w.:@/+-]{0,63}$/;

// 2001 to 2286 in seconds; a smaller number is nearly always something else.
const epochMin = 1_000_000_000;

export function shapeOf(value: string | number | bigint | boolean | null): Shape {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'true or false';
  if (typeof value === 'bigint') return timeShape(value) ?? 'integer';
  if (typeof value === 'number') {
    if (value >= epochMin) {
      const time = timeShape(value);
      if (time !== null) return time;
    }
    if (!Number.isInteger(value)) return 'number';
    return value >= 100 && value <= 599 ? 'HTTP status' : 'integer';
  }
  if (value === '') return 'empty text';
  if (isRedacted(value)) return 'masked';
  if (value.length > 512) return 'text';
  if (/^\d{4}-\d\d/.test(value) || (/^\d{10,19}$/.test(value) && Number(value) >= epochMin)) {
    const time = timeShape(value);
    if (time !== null) return time;
  }
  if (methods.test(value)) return 'HTTP method';
  if (/^\/[^\s]*$/.test(value)) return 'path';
  if (/^https?:\/\//i.test(value)) return 'URL';
  if (uuid.test(value)) return 'UUID';
  if (digest.test(value)) return 'digest';
  if (address.test(value)) return 'address';
  return word.test(value) ? 'word' : 'text';
}

function timeShape(value: string | number | bigint): Shape | null {
  const instant = parseInstant(value);
  if (instant === null || !isDatable(instant.us)) return null;
  // Of numbers only a time of this century is taken for one.
  const year = instant.us / 31_556_952e6;
  return instant.form === 'rfc3339' || (year > 30 && year < 130) ? epochShape[instant.form] : null;
}
