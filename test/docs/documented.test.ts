// Protects completeness: every word that a person can meet in an output, type as a flag or press as a key is documented.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hazardProblems } from '../../src/archive/hazards.ts';
import { limitFlags } from '../../src/archive/limits.ts';
import { failureExit } from '../../src/base/result.ts';
import * as vocabulary from '../../src/base/vocabulary.ts';
import type { Command } from '../../src/cli/command.ts';
import { registry as commands } from '../../src/cli/commands/registry.ts';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { commonFlags, openingFlags } from '../../src/cli/flags.ts';
import { open } from '../../src/cli/open.ts';
import { schemaNames, schemaOf } from '../../src/cli/schemas.ts';
import { views } from '../../src/cli/views.ts';
import { checkIds, limiterAlgorithms, refusalDetails } from '../../src/control-plane/index.ts';
import { replayDocument, testNames } from '../../src/diagnosis/index.ts';
import { gapReasons, memberFaults } from '../../src/evidence/kind.ts';
import { stateSections } from '../../src/evidence/kinds/state.ts';
import { tables } from '../../src/evidence/tables.ts';
import { rules } from '../../src/triage/index.ts';
import { keymap, keyName } from '../../src/tui/keymap.ts';
import { predicateKinds } from '../../tools/docs/vocabulary-blocks.ts';
import { root, textOf } from './page.ts';

const page = {
  commands: textOf('docs/commands.md'),
  evidence: textOf('docs/evidence.md'),
  model: textOf('docs/model.md'),
  terminal: textOf('docs/terminal.md'),
  verdicts: textOf('docs/verdicts.md'),
};

/** Words that stand nowhere on the page as code. */
const missing = (where: keyof typeof page, words: readonly string[]): readonly string[] =>
  words.filter((word) => !page[where].includes(`\`${word}\``));

const sourcesBelow = (folder: string, pattern: RegExp): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'));

const found = (texts: readonly string[], pattern: RegExp): readonly string[] => [
  ...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''))),
];

describe('the command line', () => {
  const helpOf = (name: string): string =>
    new RegExp(`<!-- generated: ${name} [\\s\\S]*?<!-- end: ${name} -->`).exec(page.commands)?.[0] ?? '';

  it.each((commands as readonly Command[]).map((command) => [command.name, command] as const))(
    '%s has a section, and its help names each flag and example',
    (name, command) => {
      expect(page.commands).toMatch(new RegExp(`^## ${name}$`, 'm'));
      const help = helpOf(`help-${name}`);
      const flags = [...command.flags, ...(command.opens ? openingFlags : []), ...commonFlags];
      expect(flags.map((flag) => flag.flags).filter((flag) => !help.includes(`  ${flag} `))).toEqual([]);
      expect(command.examples.filter((example) => !help.includes(example))).toEqual([]);
    },
  );

  it('names the flags of opening without a command', () => {
    expect(open.flags.map((flag) => flag.flags).filter((flag) => !helpOf('help').includes(`  ${flag} `))).toEqual([]);
    expect(textOf('docs/terminal.md')).toContain('`--ascii`');
  });

  it('names every exit code and every error', () => {
    expect(missing('commands', Object.values(exitCodes).map(String))).toEqual([]);
    expect(missing('commands', Object.keys(failureExit))).toEqual([]);
  });

  it('names every view, every column and every schema', () => {
    expect(missing('commands', Object.keys(views))).toEqual([]);
    expect(missing('commands', Object.values(views).flat())).toEqual([]);
    expect(missing('commands', schemaNames)).toEqual([]);
  });

  it('names documents after their commands', () => {
    const documents = schemaNames.filter((name) => !name.startsWith('evidence/'));
    const formats = documents.flatMap((name) => {
      const schema = schemaOf(name) as { readonly properties?: { readonly format?: { readonly const?: string } } };
      const format = schema.properties?.format?.const;
      return format === undefined ? [] : [[name, format] as const];
    });
    expect(formats.length).toBeGreaterThan(5);
    expect(formats.filter(([name, format]) => format !== `inquest-${name}`)).toEqual([]);
  });

  it('names every kind, outcome and severity of an event or finding', () => {
    expect(missing('commands', [...vocabulary.eventKinds, ...vocabulary.outcomes, ...vocabulary.severities])).toEqual(
      [],
    );
  });

  it('links every rule to its page', () => {
    expect(rules.map((rule) => rule.id).filter((id) => !page.commands.includes(`](rules/${id}.md)`))).toEqual([]);
    expect(rules.map((rule) => rule.id).filter((id) => !existsSync(join(root, 'docs/rules', `${id}.md`)))).toEqual([]);
  });

  it('names every variable of the environment that is the program’s own', () => {
    const texts = [...sourcesBelow('src', /\.tsx?$/), ...sourcesBelow('bin', /\.cjs$/)];
    const names = found(texts, /env\.((?:INQUEST|XDG)_\w+|NO_COLOR|TERM)\b/g);
    expect(names.length).toBeGreaterThan(3);
    expect(missing('commands', names)).toEqual([]);
  });
});

describe('evidence', () => {
  it('names every kind, table, section, reason, problem and limit', () => {
    const filled = Object.keys(tables).filter((name) => name !== 'gap');
    expect(missing('evidence', [...vocabulary.evidenceKinds, ...filled, ...stateSections])).toEqual([]);
    const closed = [gapReasons, hazardProblems, memberFaults];
    expect(missing('evidence', closed.flatMap(Object.keys))).toEqual([]);
    expect(missing('evidence', Object.values(limitFlags))).toEqual([]);
  });

  it('names every field that has a column', () => {
    const paths = Object.values(tables).flatMap((table) =>
      table.columns.flatMap((column) => ('path' in column ? [column.path] : [])),
    );
    expect(paths.length).toBeGreaterThan(50);
    expect(missing('evidence', paths)).toEqual([]);
  });

  it('names every problem that a manifest can have', () => {
    const problems = found([textOf('src/case/manifest.ts')], /problem: ['`](\w+):/g);
    expect(problems.length).toBeGreaterThan(4);
    expect(missing('evidence', problems)).toEqual([]);
  });

  it('says of each kind whose format it is', () => {
    for (const kind of vocabulary.evidenceKinds)
      expect(page.evidence).toMatch(new RegExp(`^\\| \`${kind}\` \\| [^|]+ \\| [^|]+ \\| [^|]+ \\| [^|]+ \\|$`, 'm'));
  });
});

describe('the model', () => {
  it('names every check, detail, limiter and predicate', () => {
    expect(missing('model', [...checkIds, ...limiterAlgorithms])).toEqual([]);
    // Several stand in one cell.
    expect(refusalDetails.filter((detail) => !page.model.includes(detail))).toEqual([]);
    expect(predicateKinds.length).toBeGreaterThan(1);
    expect(missing('model', predicateKinds)).toEqual([]);
  });

  it('has the checks in their order', () => {
    const places = checkIds.map((check) => page.model.indexOf(`| \`${check}\` |`));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});

describe('verdicts', () => {
  it('names every verdict, strength, grade, test, reason, cause, symptom and category', () => {
    const words = [
      ...vocabulary.verdicts,
      ...vocabulary.strengths,
      ...vocabulary.grades,
      ...vocabulary.reasonCodes,
      ...vocabulary.causeKinds,
      ...vocabulary.symptomKinds,
      ...vocabulary.categories,
      ...testNames,
    ];
    expect(missing('verdicts', words)).toEqual([]);
  });

  it('says what to do about every reason', () => {
    const advised = page.verdicts.slice(page.verdicts.indexOf('| reason | what to do |'));
    expect(vocabulary.reasonCodes.filter((reason) => !advised.includes(`\`${reason}\``))).toEqual([]);
  });

  it('names every class of a divergence', () => {
    const { options } = replayDocument.shape.factual.shape.divergences.element.shape.class;
    expect(missing('verdicts', options)).toEqual([]);
  });

  it('names every assumption', () => {
    const ids = found(sourcesBelow('src/replay', /\.ts$/), /\bid: '([a-z]+-[a-z-]+)'/g);
    expect(ids).toContain('granted-handler');
    expect(missing('verdicts', ids)).toEqual([]);
  });

  it('explains every section of the text', () => {
    const texts = ['diagnosis', 'first-pass', 'evidence'].map((name) => textOf(`src/report/${name}-text.ts`));
    const titles = found(texts, /section\(\s*(?:manner\.)?paint,\s*'([A-Z ]+)'/g);
    expect(titles.length).toBeGreaterThan(10);
    const prose = page.verdicts.replace(/```[\s\S]*?```/g, '');
    expect(titles.filter((title) => !prose.includes(title))).toEqual([]);
  });
});

describe('the terminal UI', () => {
  it('names every key', () => {
    expect(
      missing(
        'terminal',
        keymap.flatMap((binding) => binding.keys.map(keyName)),
      ),
    ).toEqual([]);
    expect(keymap.filter((binding) => !page.terminal.includes(binding.description))).toEqual([]);
  });
});
