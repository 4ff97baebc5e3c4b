import { Box, type Key, Text, useApp, useInput, usePaste } from 'ink';
import { memo, type ReactNode, useMemo, useSyncExternalStore } from 'react';
import { frameOf } from './frame.ts';
import { type Line, sameLine } from './line.ts';
import type { Session } from './session.ts';
import { strokeReader } from './strokes.ts';
import { suspendToShell } from './suspend.ts';
import { tones } from './theme.ts';

const Row = memo(
  ({ line }: { readonly line: Line }): ReactNode => (
    <Text wrap="truncate">
      {line.length === 0
        ? ' '
        : line.map((part, index) => (
            // Spans have no identity beyond their place in the row.
            // biome-ignore lint/suspicious/noArrayIndexKey: a row's spans are replaced as a whole
            <Text key={index} {...tones[part.tone]}>
              {part.text}
            </Text>
          ))}
    </Text>
  ),
  (before, after) => sameLine(before.line, after.line),
);

export interface AppProps {
  readonly session: Session;
  /** A clock in milliseconds, for escape sequences that a slow line tears. */
  readonly now: () => number;
}

/** The root: the one reader of keys, and the one that draws. Exits with the exit code as its value. */
export function App({ session, now }: AppProps): ReactNode {
  const { exit, suspendTerminal } = useApp();
  const state = useSyncExternalStore(session.subscribe, session.state);
  const read = useMemo(() => strokeReader(now), [now]);
  useInput((input: string, key: Key) => {
    for (const stroke of read(input, key))
      session.press(stroke, {
        quit: () => exit(0),
        interrupt: () => exit(130),
        suspend: () => void suspendToShell(suspendTerminal),
      });
  });
  // Pasted text is text: without this its letters would be keys.
  usePaste(session.paste);
  const { columns, rows } = state.size;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      {frameOf(state).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Row key={index} line={line} />
      ))}
    </Box>
  );
}
