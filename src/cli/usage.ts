/** The parser's complaints, in the program's own words. */
import type { CommanderError, Command as Parser } from 'commander';
import { nearText } from '../base/near.ts';
import type { Failure } from '../base/result.ts';

const quotedWord = /'([^']*)'/;

const optionNames = (parser: Parser): readonly string[] => [
  ...parser.options.flatMap((option) => [option.long, option.short].filter((name) => name !== undefined)),
  '--help',
];

/** `command` is the one that was being parsed. */
export function usageFailure(error: CommanderError, parser: Parser): Failure {
  const word = quotedWord.exec(error.message)?.[1] ?? '';
  const next = `See inquest ${parser.parent === null ? '' : `${parser.name()} `}--help.`;
  switch (error.code) {
    case 'commander.unknownOption': {
      const name = word.replace(/=.*/, '');
      return { code: 'usage', what: name, why: `no such flag${nearText(name, optionNames(parser))}`, next };
    }
    case 'commander.missingArgument':
      return { code: 'usage', what: word.toUpperCase(), why: 'missing', next };
    case 'commander.optionMissingArgument':
      return { code: 'usage', what: word, why: 'its value is missing', next };
    case 'commander.excessArguments':
      return { code: 'usage', what: parser.name(), why: 'too many arguments', next };
    case 'commander.unknownCommand':
      return { code: 'usage', what: word, why: 'no such command', next };
    default:
      return {
        code: 'usage',
        what: parser.name(),
        why: error.message.replace(/^error: /, '').split('\n')[0] ?? '',
        next,
      };
  }
}
