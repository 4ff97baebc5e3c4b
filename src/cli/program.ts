/** From the words of a command line to an exit code. */
import { CommanderError, Option, Command as Parser } from 'commander';
import { type Failure, fail, failureExit, type Result } from '../base/result.ts';
import type { Command, Request } from './command.ts';
import { registry } from './commands/registry.ts';
import { exitCodes } from './exit-codes.ts';
import { commonFlags, type Flag, openingFlags } from './flags.ts';
import { mistypedCommand, open } from './open.ts';
import { failureText, flushOut, watchStandardStreams } from './output.ts';
import { createSession, type Session } from './session.ts';
import { usageFailure } from './usage.ts';
import { version } from './version.ts';
import { welcome } from './welcome.ts';

/** In the order in which a newcomer meets them; a command that is not named here comes last. */
const order = [
  'diagnose',
  'index',
  'triage',
  'timeline',
  'show',
  'entity',
  'note',
  'replay',
  'sql',
  'sample',
  'cases',
  'schema',
  'doctor',
];
const place = (command: Command): number => {
  const found = order.indexOf(command.name);
  return found < 0 ? order.length : found;
};

export const commands: readonly Command[] = [...(registry as readonly Command[])].sort((a, b) => place(a) - place(b));

const about =
  'Reads incident archives of a deployment offline, and finds why something failed: a timeline, a first pass, and root causes that a deterministic dry-run replay confirms or refutes.';

const exitText = `Exit codes: 0 done; 1 the answer is no; 2 wrong usage, or output that cannot be
written; 3 the input could not be read at all; 4 read, but damaged, with --strict;
70 a defect in inquest; 130 interrupted.`;

const examplesText = (examples: readonly string[]): string =>
  examples.length === 0 ? '' : `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}\n`;

const helpText = (command: Command): string =>
  `${command.notes === undefined ? '' : `\n${command.notes}\n`}${examplesText(command.examples)}`.trimEnd();

type Chosen = { readonly command: Command; readonly request: Request };

/** What a parse came to: a command to run, or an answer that the parser gave itself (help, version). */
interface Outcome {
  chosen: Chosen | null;
  printed: string;
  parsing: Parser;
}

const optionOf = (flag: Flag): Option => {
  const option = new Option(flag.flags, flag.text);
  return flag.repeatable === true
    ? option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
    : option;
};

/** The help of the whole program leaves out what the help of each command says. */
function addFlags(parser: Parser, command: Command): void {
  const shared = [...(command.opens ? openingFlags : []), ...commonFlags];
  for (const flag of command.flags) parser.addOption(optionOf(flag));
  for (const flag of shared) parser.addOption(optionOf(flag).hideHelp(command === open));
}

function describe(parser: Parser, command: Command, outcome: Outcome): void {
  parser
    .exitOverride((error) => {
      outcome.parsing = parser;
      throw error;
    })
    .configureOutput({
      writeOut: (text) => {
        outcome.printed += text;
      },
      writeErr: () => undefined,
      outputError: () => undefined,
      getOutHelpWidth: () => 80,
    })
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .helpOption('-h, --help', 'this text')
    .addHelpText('after', helpText(command));
  if (command.operands !== '') parser.arguments(command.operands);
  addFlags(parser, command);
  parser.action(() => {
    // A flag before the name of the command counts for the command.
    const flags = { ...parser.parent?.opts(), ...parser.opts() };
    if (parser.parent?.opts().color === false) flags.color = false;
    outcome.chosen = { command, request: { operands: parser.args, flags } };
  });
}

function parse(words: readonly string[]): Result<Outcome> {
  const root = new Parser('inquest');
  const outcome: Outcome = { chosen: null, printed: '', parsing: root };
  describe(root, open, outcome);
  root
    .description(about)
    .usage('ARCHIVE | COMMAND ARCHIVE …')
    .version(version, '--version', 'the version')
    .enablePositionalOptions()
    .helpCommand('help [command]', 'the help of a command')
    .addHelpText('after', `\n${exitText}`);
  for (const command of commands)
    describe(root.command(command.name).summary(command.summary).description(command.summary), command, outcome);
  try {
    root.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // `diagnoze --help`: the help of the whole program would be no answer.
    const mistyped = mistypedCommand(words[0] ?? '');
    if (mistyped !== null) return mistyped;
    if (error.exitCode !== 0) return { ok: false, error: usageFailure(error, outcome.parsing, words) };
  }
  return { ok: true, value: outcome };
}

/** The help as `--help` prints it: of the whole program, or of one command. */
export function helpOf(command?: string): string {
  const parsed = parse([...(command === undefined ? [] : [command]), '--help']);
  if (!parsed.ok) throw new Error(`help: ${parsed.error.what}: ${parsed.error.why}`);
  return parsed.value.printed;
}

async function run(chosen: Chosen): Promise<number> {
  const session = await createSession(chosen.request.flags);
  if (!session.ok) return complain(session.error);
  let code: number;
  try {
    code = await runIn(session.value, chosen);
  } catch (error) {
    // A case that broke in the middle of a query cannot be closed; the process ends with it.
    const damaged = await session.value.damagedCase(error);
    if (damaged === null) throw error;
    return complain(damaged);
  }
  session.value.close();
  const threads = session.value.threads();
  if (threads.length > 0) {
    const { threadsEnded } = await import('./deadline.ts');
    await threadsEnded(threads, code);
  }
  return code;
}

async function runIn(session: Session, { command, request }: Chosen): Promise<number> {
  const result = await command.run(request, session);
  if (!result.ok) {
    complain(result.error);
    return session.stoppedBy() ?? failureExit[result.error.code];
  }
  const damage = request.flags.strict === true ? session.damage() : null;
  if (result.value !== exitCodes.done || damage === null) return result.value;
  process.stderr.write(failureText({ code: 'unreadable', what: 'evidence', why: `${damage} (--strict)` }));
  return exitCodes.damaged;
}

function complain(failure: Failure): number {
  process.stderr.write(failureText(failure));
  return failureExit[failure.code];
}

function complainOfDefect(error: unknown): number {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  complain({
    code: 'usage',
    what: 'defect',
    why: why.split('\n')[0] ?? '',
    next: 'This is a fault of inquest, not of the evidence. INQUEST_DEBUG=1 shows where it happened.',
  });
  if (process.env.INQUEST_DEBUG === '1' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return exitCodes.defect;
}

/** Exit codes from here on are those of signals. */
const signalled = 128;

/** Runs one command line; the process ends with its exit code. */
export async function main(words: readonly string[]): Promise<never> {
  watchStandardStreams();
  process.on('uncaughtException', (error) => process.exit(complainOfDefect(error)));
  process.on('unhandledRejection', (error) => process.exit(complainOfDefect(error)));
  const code = await answer(words);
  // Who interrupts does not wait for a reader that has stopped reading.
  if (code < signalled) await flushOut();
  return process.exit(code);
}

async function answer(words: readonly string[]): Promise<number> {
  try {
    if (words.length === 0) return await welcome();
    const parsed = parse(words);
    if (!parsed.ok) return complain(parsed.error);
    process.stdout.write(parsed.value.printed);
    const chosen = parsed.value.chosen;
    if (chosen === null) return exitCodes.done;
    if (chosen.command === open && chosen.request.operands.length === 0)
      return complain(fail('usage', 'ARCHIVE', 'missing', 'See inquest --help.').error);
    return await run(chosen);
  } catch (error) {
    return complainOfDefect(error);
  }
}
