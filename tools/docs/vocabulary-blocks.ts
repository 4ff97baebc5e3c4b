/** The closed vocabularies as tables: what each word means, and whether the program uses it today. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failureExit } from '../../src/base/result.ts';
import {
  categories,
  causeCategory,
  causeKinds,
  grades,
  reasonCodes,
  strengths,
  symptomKinds,
} from '../../src/base/vocabulary.ts';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { testNames } from '../../src/diagnosis/document.ts';
import { registry as causeModels } from '../../src/replay/what-if/causes/registry.ts';
import {
  categoryWords,
  causeWords,
  gradeWords,
  reasonWords,
  strengthWords,
  symptomWords,
  testWords,
} from '../../src/report/words.ts';
import { rules } from '../../src/triage/index.ts';
import { code, codes, table } from './markdown.ts';

const root = join(import.meta.dirname, '../..');

/** A symptom is looked for when the file that is named after it is there. */
export const isFound = (symptom: string): boolean =>
  existsSync(join(root, 'src/diagnosis/symptoms', `${symptom.replaceAll('_', '-')}.ts`));

/** What a replay can be asked about: the kinds of `Predicate`. */
export const predicateKinds: readonly string[] = [
  ...readFileSync(join(root, 'src/replay/predicate.ts'), 'utf8').matchAll(/readonly kind: '(\w+)'/g),
].map((found) => found[1] ?? '');

export const isModelled = (cause: string): boolean => causeModels.some((model) => model.kind === cause);
const yes = (is: boolean): string => (is ? 'yes' : 'not yet');

const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'done',
  no: 'the answer is no: `triage --fail-on` or `replay --expect` was not met, a query ran too long, `doctor` found a fault',
  usage: 'wrong usage, or output that cannot be written',
  unreadable: 'the input could not be read at all',
  damaged: 'read, but damaged, with `--strict`',
  defect: 'a defect in inquest',
  interrupted: 'interrupted by Ctrl-C (SIGINT); other signals give 128 and their number',
};

const failureMeanings: Readonly<Record<keyof typeof failureExit, string>> = {
  usage: 'a flag, an operand or a combination that the command does not take',
  output_unwritable: 'a file or standard output could not be written',
  unreadable: 'the archive could not be opened or read',
  unrecognised: 'a form or a file that is not read',
  limit: 'a limit on the whole archive was met; the message names the flag that raises it',
  case_invalid: 'a case file that is damaged, of another layout, or none',
  not_found: 'a reference, a case or an entity that is not there',
  query: 'a query that SQLite refuses, or that does more than read',
  query_stopped: 'a query that ran longer than `--timeout`',
  disk: 'the data folder could not be written',
  interrupted: 'a signal stopped the opening',
};

export const vocabularyBlocks: Readonly<Record<string, () => string>> = {
  'exit-codes': () =>
    table(
      ['code', 'means'],
      Object.entries(exitCodes).map(([name, number]) => [
        code(String(number)),
        exitMeanings[name as keyof typeof exitCodes],
      ]),
    ),
  'error-codes': () =>
    table(
      ['error', 'exit code', 'when'],
      Object.entries(failureExit).map(([name, exit]) => [
        code(name),
        code(String(exit)),
        failureMeanings[name as keyof typeof failureExit],
      ]),
    ),
  tests: () =>
    table(
      ['test', 'holds when'],
      testNames.map((name) => [code(name), testWords[name]]),
    ),
  grades: () =>
    table(
      ['grade', 'in words'],
      grades.map((grade) => [code(grade), gradeWords[grade]]),
    ),
  strengths: () =>
    table(
      ['strength', 'in words'],
      strengths.map((strength) => [code(strength), strengthWords[strength]]),
    ),
  reasons: () =>
    table(
      ['reason', 'in words'],
      reasonCodes.map((reason) => [code(reason), reasonWords[reason]]),
    ),
  causes: () =>
    table(
      ['category', 'kind', 'the entity …', 'tested by replay'],
      causeKinds.map((kind) => [code(causeCategory[kind]), code(kind), causeWords[kind], yes(isModelled(kind))]),
    ),
  symptoms: () =>
    table(
      ['kind', 'in words', 'looked for', 'replayed'],
      symptomKinds.map((kind) => [
        code(kind),
        symptomWords[kind],
        yes(isFound(kind)),
        yes(predicateKinds.includes(kind)),
      ]),
    ),
  categories: () =>
    table(
      ['category', 'in words'],
      categories.map((category) => [code(category), categoryWords[category]]),
    ),
  rules: () =>
    table(
      ['rule', 'at most', 'needs'],
      rules.map((rule) => [
        `[${code(rule.id)}](rules/${rule.id}.md)`,
        code(rule.severity),
        [...rule.needs.map(code), ...(rule.needsOneOf === undefined ? [] : [`one of ${codes(rule.needsOneOf)}`])].join(
          ', ',
        ) || 'nothing',
      ]),
    ),
  'modelled-causes': () =>
    causeModels.map((model) => `- ${code(model.kind)}: the entity ${causeWords[model.kind]}`).join('\n'),
};
