/** Why the file system refused, in words, by the code of Node's error. */
const words: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than is allowed',
  EIO: 'the disk reports an error',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of the path is a file',
  EISDIR: 'it is a folder',
  EEXIST: 'something else is there',
  ENAMETOOLONG: 'the name is too long',
  // A star in a name is the only thing that the launcher leaves out of what may be written.
  ERR_ACCESS_DENIED: 'inquest may not write there: a folder above it is missing, or has a star in its name',
};

/** The words, else the code. An error that is not the file system's is a defect, and thrown again. */
export function fileTrouble(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string' || !(code in words || /^E[A-Z\d]+$/.test(code))) throw error;
  return words[code] ?? code;
}
