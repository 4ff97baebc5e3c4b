import { isAscii, isUtf8 } from 'node:buffer';

/** What becomes of the lines of a member; offsets and lengths are bytes, without the line's end. */
export interface LineHandler {
  readonly line: (text: string, offset: number, length: number) => void;
  /** Takes a line from ASCII bytes that begins at `from`, and returns where it ends; -1 where it has to be given as text. */
  readonly scan?: ((bytes: Buffer, from: number, offset: number) => number) | undefined;
  readonly badUtf8: (offset: number, length: number) => void;
  readonly tooLong: (offset: number, length: number) => void;
}

export interface LineCutter {
  readonly feed: (chunk: Buffer) => void;
  /** The last line may lack its end. */
  readonly end: () => void;
  /** Lines so far, and those of them that are blank. */
  readonly counted: () => { readonly lines: number; readonly blank: number };
}

/** A line of more bytes than this is a gap; its bytes are counted, not held. */
export const lineBytesMax = 16 * 1024 * 1024;

const pieceBytes = 32 * 1024;

/** As `isBlank` has it: other white space is content. */
const blank = /^[ \t\r]*$/;

const lf = 10;
const cr = 13;

/**
 * Cuts on LF over bytes; a CR before it belongs to the end, a byte order mark before the first line to nothing.
 * Blank lines are skipped.
 */
export function cutLines(handler: LineHandler, bytesMax: number = lineBytesMax): LineCutter {
  // The line that the last chunk left open: its parts, or only its length once it is too long.
  let open: Buffer[] = [];
  let openBytes = 0;
  let openAt = 0;
  let at = 0;
  let lines = 0;
  let blankLines = 0;

  function one(line: Buffer, lineAt: number): void {
    let start = 0;
    let end = line.length;
    if (lineAt === 0 && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf) start = 3;
    if (end > start && line[end - 1] === cr) end -= 1;
    const bytes = start === 0 && end === line.length ? line : line.subarray(start, end);
    lines += 1;
    if (isBlank(bytes)) {
      blankLines += 1;
      return;
    }
    if (bytes.length > bytesMax) handler.tooLong(lineAt + start, bytes.length);
    else if (isUtf8(bytes)) handler.line(bytes.toString('utf8'), lineAt + start, bytes.length);
    else handler.badUtf8(lineAt + start, bytes.length);
  }

  /** Whole lines of a run without a byte beyond ASCII: one decoding for all of them, and offsets by character. */
  function manyAscii(run: Buffer, runAt: number): void {
    const text = run.toString('latin1');
    let start = 0;
    while (start < text.length) {
      let end = text.indexOf('\n', start);
      if (end < 0) end = text.length;
      const next = end + 1;
      if (end > start && text.charCodeAt(end - 1) === cr) end -= 1;
      lines += 1;
      // A line that starts with neither a blank nor its own end is not blank: nearly all of them.
      if (end > start && (text.charCodeAt(start) > 32 || !blank.test(text.slice(start, end))))
        handler.line(text.slice(start, end), runAt + start, end - start);
      else blankLines += 1;
      start = next;
    }
  }

  /** The same, where most lines are taken from the bytes. */
  function manyScanned(
    run: Buffer,
    runAt: number,
    scan: (bytes: Buffer, from: number, offset: number) => number,
  ): void {
    for (let start = 0; start < run.length; ) {
      const end = scan(run, start, runAt + start);
      if (end >= 0) {
        lines += 1;
        start = run[end] === cr ? end + 2 : end + 1;
        continue;
      }
      const next = run.indexOf(lf, start) + 1;
      one(run.subarray(start, next - 1), runAt + start);
      start = next;
    }
  }

  /** Strings of a moderate size stay in the young generation; a large one each chunk would be collected at a high price. */
  function inPieces(run: Buffer, runAt: number): void {
    for (let from = 0; from < run.length; ) {
      let to = run.length;
      if (to - from > pieceBytes) {
        const end = run.lastIndexOf(lf, from + pieceBytes - 1);
        to = (end >= from ? end : run.indexOf(lf, from + pieceBytes)) + 1;
      }
      manyAscii(run.subarray(from, to), runAt + from);
      from = to;
    }
  }

  function closeOpen(tail: Buffer): void {
    const bytes = openBytes + tail.length;
    if (bytes > bytesMax + 4) {
      const last = tail.length > 0 ? tail : (open.at(-1) ?? tail);
      lines += 1;
      handler.tooLong(openAt, last.at(-1) === cr ? bytes - 1 : bytes);
    } else one(open.length === 0 ? tail : Buffer.concat([...open, tail]), openAt);
    open = [];
    openBytes = 0;
  }

  return {
    feed(chunk) {
      let start = 0;
      if (openBytes > 0) {
        const end = chunk.indexOf(lf);
        if (end >= 0) {
          closeOpen(chunk.subarray(0, end));
          start = end + 1;
        }
      }
      const last = chunk.lastIndexOf(lf);
      if (last >= start) {
        const run = chunk.subarray(start, last + 1);
        if (isAscii(run) && run.length <= bytesMax) {
          if (handler.scan === undefined) inPieces(run, at + start);
          else manyScanned(run, at + start, handler.scan);
        } else
          for (let from = 0; from < run.length; ) {
            const end = run.indexOf(lf, from);
            one(run.subarray(from, end), at + start + from);
            from = end + 1;
          }
        start = last + 1;
      }
      if (start < chunk.length) {
        const rest = chunk.subarray(start);
        if (openBytes === 0) openAt = at + start;
        openBytes += rest.length;
        // Beyond the limit only the newest part is held: its last byte tells whether a CR ends the line.
        if (openBytes > bytesMax + 4) open = [Buffer.from(rest.subarray(-1))];
        else open.push(Buffer.from(rest));
      }
      at += chunk.length;
    },
    end() {
      if (openBytes > 0) closeOpen(Buffer.alloc(0));
    },
    counted: () => ({ lines, blank: blankLines }),
  };
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 32 && byte !== 9 && byte !== cr) return false;
  return true;
}
