'use strict';
/** The help that a build has written down, as the program itself says it: answering needs no second process. */
const fs = require('fs');
const path = require('path');

const isHelpFlag = (word) => word === '--help' || word === '-h';

/** The command whose help is asked for and nothing else, '' for the whole program's; null where the program must look. */
function subjectOf(args) {
  if (args.length === 1 && isHelpFlag(args[0])) return '';
  if (args.length !== 2) return null;
  if (isHelpFlag(args[1])) return args[0];
  return args[0] === 'help' ? args[1] : null;
}

/** The text, or null where the program must answer. */
function helpFor(root, args) {
  const subject = subjectOf(args);
  if (subject === null) return null;
  try {
    const texts = JSON.parse(fs.readFileSync(path.join(root, 'dist', 'help.json'), 'utf8'));
    return Object.hasOwn(texts, subject) ? texts[subject] : null;
  } catch (_missing) {
    return null;
  }
}

module.exports = { helpFor };
