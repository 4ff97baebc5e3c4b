/** Keys are data: the router, the hint line, the help and the documentation all read this table. */

/** Where keys are pressed. `detail` is the timeline with a record open, `filter` the line in which a filter is typed. */
export const places = ['opening', 'overview', 'timeline', 'detail', 'entity', 'filter', 'help'] as const;
export type Place = (typeof places)[number];

export type ActionId =
  | 'open'
  | 'close'
  | 'back'
  | 'line.down'
  | 'line.up'
  | 'half.down'
  | 'half.up'
  | 'page.down'
  | 'page.up'
  | 'first'
  | 'last'
  | 'record.down'
  | 'record.up'
  | 'filter.edit'
  | 'filter.apply'
  | 'filter.complete'
  | 'erase.left'
  | 'erase.right'
  | 'erase.word'
  | 'erase.all'
  | 'caret.left'
  | 'caret.right'
  | 'caret.start'
  | 'caret.end'
  | 'entity.open'
  | 'entity.next'
  | 'screen.overview'
  | 'screen.timeline'
  | 'screen.next'
  | 'help'
  | 'quit'
  | 'interrupt'
  | 'suspend';

export interface KeyBinding {
  readonly id: ActionId;
  readonly category: 'Move' | 'Open' | 'Filter' | 'Screens' | 'Program';
  readonly description: string;
  /** Strokes as `strokes.ts` names them. */
  readonly keys: readonly string[];
  readonly places: readonly Place[];
  /** One word for the hint line; without it the key stands in the help alone. */
  readonly hint?: string;
}

const lists = ['overview', 'timeline', 'detail', 'entity', 'help'] as const;
const screens = ['overview', 'timeline', 'detail', 'entity'] as const;
/** Where a key is not text. */
const keyed = ['opening', 'overview', 'timeline', 'detail', 'entity', 'help'] as const;
const events = ['timeline', 'detail'] as const;

export const keymap: readonly KeyBinding[] = [
  {
    id: 'open',
    category: 'Open',
    description: 'Open the evidence of the line',
    keys: ['enter'],
    places: ['overview'],
    hint: 'open',
  },
  { id: 'open', category: 'Open', description: 'Open the record', keys: ['enter'], places: ['timeline'], hint: 'open' },
  {
    id: 'close',
    category: 'Open',
    description: 'Close the record',
    keys: ['enter'],
    places: ['detail'],
    hint: 'close',
  },
  {
    id: 'open',
    category: 'Open',
    description: 'Open the record, the neighbour, or its events',
    keys: ['enter'],
    places: ['entity'],
    hint: 'open',
  },
  {
    id: 'entity.open',
    category: 'Open',
    description: 'Open the entity of the event',
    keys: ['e'],
    places: events,
    hint: 'entity',
  },
  {
    id: 'entity.next',
    category: 'Open',
    description: 'The next entity of the event',
    keys: ['e'],
    places: ['entity'],
    hint: 'next entity',
  },
  {
    id: 'back',
    category: 'Open',
    description: 'Go back one step',
    keys: ['esc'],
    places: ['timeline', 'detail', 'entity', 'filter', 'help'],
    hint: 'back',
  },
  { id: 'line.down', category: 'Move', description: 'One line down', keys: ['j', 'down'], places: lists },
  { id: 'line.up', category: 'Move', description: 'One line up', keys: ['k', 'up'], places: lists },
  { id: 'half.down', category: 'Move', description: 'Half a screen down', keys: ['ctrl-d'], places: lists },
  { id: 'half.up', category: 'Move', description: 'Half a screen up', keys: ['ctrl-u'], places: lists },
  { id: 'page.down', category: 'Move', description: 'One screen down', keys: ['pagedown'], places: lists },
  { id: 'page.up', category: 'Move', description: 'One screen up', keys: ['pageup'], places: lists },
  { id: 'first', category: 'Move', description: 'To the first line', keys: ['g', 'home'], places: lists },
  { id: 'last', category: 'Move', description: 'To the last line', keys: ['G', 'end'], places: lists },
  {
    id: 'record.down',
    category: 'Move',
    description: 'Scroll the record down',
    keys: ['J'],
    places: ['detail'],
    hint: 'scroll',
  },
  { id: 'record.up', category: 'Move', description: 'Scroll the record up', keys: ['K'], places: ['detail'] },
  {
    id: 'filter.edit',
    category: 'Filter',
    description: 'Filter the events',
    keys: ['f'],
    places: events,
    hint: 'filter',
  },
  {
    id: 'filter.apply',
    category: 'Filter',
    description: 'Apply the filter; an empty one shows every event',
    keys: ['enter'],
    places: ['filter'],
    hint: 'apply',
  },
  {
    id: 'filter.complete',
    category: 'Filter',
    description: 'Complete the field or value',
    keys: ['tab'],
    places: ['filter'],
    hint: 'complete',
  },
  { id: 'erase.left', category: 'Filter', description: 'Erase to the left', keys: ['backspace'], places: ['filter'] },
  { id: 'erase.right', category: 'Filter', description: 'Erase to the right', keys: ['delete'], places: ['filter'] },
  { id: 'erase.word', category: 'Filter', description: 'Erase a word', keys: ['ctrl-w'], places: ['filter'] },
  { id: 'erase.all', category: 'Filter', description: 'Erase everything', keys: ['ctrl-u'], places: ['filter'] },
  { id: 'caret.left', category: 'Filter', description: 'To the left', keys: ['left'], places: ['filter'] },
  { id: 'caret.right', category: 'Filter', description: 'To the right', keys: ['right'], places: ['filter'] },
  {
    id: 'caret.start',
    category: 'Filter',
    description: 'To the beginning',
    keys: ['home', 'ctrl-a'],
    places: ['filter'],
  },
  { id: 'caret.end', category: 'Filter', description: 'To the end', keys: ['end', 'ctrl-e'], places: ['filter'] },
  { id: 'screen.overview', category: 'Screens', description: 'Overview', keys: ['1'], places: screens },
  { id: 'screen.timeline', category: 'Screens', description: 'Timeline', keys: ['2'], places: screens },
  {
    id: 'screen.next',
    category: 'Screens',
    description: 'Next screen',
    keys: ['tab'],
    places: screens,
    hint: 'screen',
  },
  { id: 'help', category: 'Program', description: 'The keys of this screen', keys: ['?'], places: lists, hint: 'help' },
  { id: 'quit', category: 'Program', description: 'Quit', keys: ['q'], places: keyed, hint: 'quit' },
  { id: 'interrupt', category: 'Program', description: 'Stop and quit (exit code 130)', keys: ['ctrl-c'], places },
  { id: 'suspend', category: 'Program', description: 'Suspend to the shell', keys: ['ctrl-z'], places },
];

const byStroke: Readonly<Record<Place, ReadonlyMap<string, ActionId>>> = {
  opening: strokesOf('opening'),
  overview: strokesOf('overview'),
  timeline: strokesOf('timeline'),
  detail: strokesOf('detail'),
  entity: strokesOf('entity'),
  filter: strokesOf('filter'),
  help: strokesOf('help'),
};

function strokesOf(place: Place): ReadonlyMap<string, ActionId> {
  return new Map(bindingsAt(place).flatMap((binding) => binding.keys.map((key) => [key, binding.id] as const)));
}

export function bindingsAt(place: Place): readonly KeyBinding[] {
  return keymap.filter((binding) => binding.places.includes(place));
}

/** What a stroke does here; undefined where it does nothing. */
export const actionOf = (place: Place, stroke: string): ActionId | undefined => byStroke[place].get(stroke);

const keyNames: Readonly<Record<string, string>> = {
  enter: 'Enter',
  esc: 'Esc',
  tab: 'Tab',
  up: 'Up',
  down: 'Down',
  home: 'Home',
  end: 'End',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  left: 'Left',
  right: 'Right',
  backspace: 'Backspace',
  delete: 'Delete',
};

/** A stroke as people write it. */
export const keyName = (stroke: string): string =>
  keyNames[stroke] ?? (stroke.startsWith('ctrl-') ? `Ctrl-${stroke.slice(5)}` : stroke);
