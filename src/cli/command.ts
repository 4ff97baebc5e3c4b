/** What a command of the program is: data for the parser and the help, and one function. */
import type { Result } from '../base/result.ts';
import type { Flag, FlagValues } from './flags.ts';
import type { Session } from './session.ts';

/** Operands and flags as typed. */
export interface Request {
  readonly operands: readonly string[];
  readonly flags: FlagValues;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** As commander spells them: `<archive> <ref>`. */
  readonly operands: string;
  readonly flags: readonly Flag[];
  /** Whether it opens an archive, and so takes the flags of opening. */
  readonly opens: boolean;
  /** Each a whole command line. */
  readonly examples: readonly string[];
  /** More to say in its help, below the flags. */
  readonly notes?: string;
  /** The exit code. */
  readonly run: (request: Request, session: Session) => Promise<Result<number>>;
}

export const textFlag = (request: Request, name: string): string | undefined => {
  const value = request.flags[name];
  return typeof value === 'string' ? value : undefined;
};

export const isSet = (request: Request, name: string): boolean => request.flags[name] === true;
