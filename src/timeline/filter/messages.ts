import type { EventKind } from '../../base/vocabulary.ts';

/** Columns of message-like text: what a person or a program wrote to be read. */
export const messageColumns: Readonly<Record<EventKind, readonly string[]>> = {
  request: ['error_message'],
  audit: ['reason_message'],
  job: ['error_message'],
  attempt: ['error_message'],
  call: ['error_message'],
  probe: ['error'],
  sample: [],
  snapshot: [],
  log: ['message'],
  gap: [],
};
