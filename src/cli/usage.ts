/** The parser's complaints, in the program's own words. */
import type { CommanderError, Command as Parser } from 'commander';
import { nearText } from '../base/near.ts';
import type { Failure } from '../base/result.ts';

const quotedWord = /'([^']*)'/;

const optionNames = (parser: Parser): readonly string[] => [
  ...parser.options.flatMap((option) => [option.long, option.short].filter((name) => name !== undefined)),
  '--help',
];

const commandNames = (parser: Parser): readonly string[] => parser.commands.map((command) => command.name());

/** `parser` is that of the command whose words were being read. */
export function usageFailure(error: CommanderError, parser: Parser, words: readonly string[]): Failure {
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
    // `help` of a word that is none of the commands.
    case 'commander.help': {
      const asked = words[words.indexOf('help') + 1] ?? '';
      return { code: 'usage', what: asked, why: `no such command${nearText(asked, commandNames(parser))}`, next };
    }
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
