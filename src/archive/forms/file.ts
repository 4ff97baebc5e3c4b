import { type Member, type Pieces, passage } from '../member.ts';
import type { Reading } from '../reading.ts';
import type { TarSource } from './tar.ts';

/** A bare evidence file: one member, named as the file. A file without a byte has no member. */
export async function* readSingle(source: TarSource, reading: Reading): AsyncGenerator<Member> {
  const first = await source.reader.some(pieceBytes);
  if (first === null) return;
  reading.tally.addMember();
  const { member, finish } = passage(reading.memberName(reading.name), rest(source, first), reading);
  yield member;
  await finish();
}

const pieceBytes = 1024 * 1024;

async function* rest(source: TarSource, first: Buffer): Pieces {
  for (let piece: Buffer | null = first; piece !== null; piece = await source.reader.some(pieceBytes)) yield piece;
  return source.damage();
}
