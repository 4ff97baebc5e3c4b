/** As package.json says; a test holds them equal, so that `--version` reads no file. */
export const version = '0.1.0';
