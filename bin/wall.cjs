'use strict';
/**
 * The wall: the program reads what it is given, writes in few named folders, starts nothing and connects nowhere.
 * Node's permission model holds it, so it can only be given at the start of a process; from Node 25 it refuses connections
 * too, before that `inside.cjs` does.
 */
const fs = require('fs');
const os = require('os');
const path = require('path');

/** Where cases are kept. The program is told by INQUEST_DATA, so that the wall and it agree. */
function dataFolder(env) {
  if (env.INQUEST_DATA) return path.resolve(env.INQUEST_DATA);
  if (env.XDG_DATA_HOME) return path.join(path.resolve(env.XDG_DATA_HOME), 'inquest');
  const home = os.homedir();
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'inquest');
  if (process.platform === 'win32')
    return path.join(env.LOCALAPPDATA || path.join(home, 'AppData', 'Local'), 'inquest');
  return path.join(home, '.local', 'share', 'inquest');
}

/**
 * Makes the data folder and those above it, which the program behind the wall may not. Where that fails the program says so,
 * with the reason.
 */
function makeDataFolder(folder) {
  const missing = [];
  for (let at = folder; !fs.existsSync(at) && path.dirname(at) !== at; at = path.dirname(at)) missing.unshift(at);
  try {
    // One by one: Node's recursive form never returns on file systems such as /proc.
    for (const at of missing) fs.mkdirSync(at, 0o700);
  } catch (_error) {
    return;
  }
}

/** Flags whose value is a file or folder to write. */
const outputFlags = ['--case', '--output', '-o', '--trace', '--certificate', '--suggest-dialect'];

/** What the arguments ask to have written. */
function outputsOf(args) {
  const end = args.indexOf('--');
  const found = [];
  (end < 0 ? args : args.slice(0, end)).forEach((text, i, all) => {
    const flag = outputFlags.find((name) => text === name || text.indexOf(name.length > 2 ? `${name}=` : name) === 0);
    if (flag === text) found.push(all[i + 1] || '');
    else if (flag !== undefined) found.push(text.slice(flag.length).replace(/^=/, ''));
  });
  return found.filter((text) => text !== '' && text !== '-');
}

/**
 * Folders that may be written: the data folder, and the folder of each named output, since a file is written beside its
 * place and moved there. A path with a star is left out: Node would read the star as "anything".
 */
function writableFolders(args, cwd, env) {
  const outputs = outputsOf(args).map((text) => path.dirname(path.resolve(cwd, text)));
  return [dataFolder(env)]
    .concat(outputs)
    .filter((folder, i, all) => folder.indexOf('*') < 0 && all.indexOf(folder) === i);
}

/** Node's flags for a process behind the wall. */
function permissionFlags(folders) {
  // Node warns that addons and workers weaken the wall (known, and no news to whoever reads an incident), and takes a comma
  // in a folder's name for an outdated list.
  const noise = ['SecurityWarning'].concat(folders.some((folder) => folder.indexOf(',') >= 0) ? ['Warning'] : []);
  return ['--permission', '--allow-fs-read=*', '--allow-addons', '--allow-worker'].concat(
    folders.map((folder) => `--allow-fs-write=${path.join(folder, '*')}`),
    noise.map((name) => `--disable-warning=${name}`),
    ['--require', path.join(__dirname, 'inside.cjs')],
  );
}

module.exports = { dataFolder, makeDataFolder, outputsOf, permissionFlags, writableFolders };
