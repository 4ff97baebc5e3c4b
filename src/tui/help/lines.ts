/** The keys of a screen, from the keymap. */
import { bindingsAt, type KeyBinding, keyName, type Place } from '../keymap.ts';
import { blank, type Line, span } from '../line.ts';
import type { Marks } from '../theme.ts';

const titles: Readonly<Record<Place, string>> = {
  opening: 'Opening',
  overview: 'Overview',
  timeline: 'Timeline',
  detail: 'Timeline, with a record open',
  entity: 'Entity',
  filter: 'Filter',
  help: 'Help',
};

const categories = [
  'Move',
  'Open',
  'Filter',
  'Screens',
  'Program',
] as const satisfies readonly KeyBinding['category'][];

export function helpLines(place: Place, marks: Marks): readonly Line[] {
  const bindings = bindingsAt(place);
  const groups = categories.flatMap((category): readonly Line[] => {
    const found = bindings.filter((binding) => binding.category === category);
    if (found.length === 0) return [];
    return [
      blank,
      [span(` ${category}`, 'strong')],
      ...found.map(
        (binding): Line => [
          span(`   ${binding.keys.map(keyName).join(' ').padEnd(12)}`, 'label'),
          span(binding.description),
        ],
      ),
    ];
  });
  return [[span(` Keys: ${titles[place]}`, 'strong')], ...groups, ...legend(place, marks)];
}

function legend(place: Place, marks: Marks): readonly Line[] {
  if (place === 'overview')
    return [
      blank,
      [span(' Verdicts', 'strong')],
      [span("   A verdict holds under the analyzer's model of the control plane.")],
      [span(`   ${marks.opens} behind a line: Enter opens its evidence.`)],
      [span('   ? in place of a number: not captured.')],
    ];
  const { ok, refused, failure } = marks.outcome;
  return [
    blank,
    [span(' Marks', 'strong')],
    [
      span(
        `   ${ok} ok   ${refused} refused   ${failure} failure   ${marks.rule.repeat(3)} gap: evidence that is missing`,
      ),
    ],
  ];
}
