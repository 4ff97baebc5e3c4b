import type { EventKind } from '../../base/vocabulary.ts';
import { type Column, tables } from '../../evidence/index.ts';

/** Columns of message-like text: what a person or a program wrote to be read. */
export const messageColumns = (kind: EventKind): readonly string[] =>
  (tables[kind].columns as readonly Column[]).flatMap(({ name, message }) => (message === true ? [name] : []));
