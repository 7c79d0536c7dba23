/** Files that hold secrets: read whenever they are needed, so that who rotates a secret has to tell nobody. */

import { readFile } from 'node:fs/promises';

/** Its lines that are not empty. Rejects with words for a person, never with what the file holds. */
export async function secretsIn(path: string): Promise<readonly string[]> {
  const text = await read(path);
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const found = lines.filter((line) => line !== '');
  if (found.length === 0) throw new Error(`${path} is empty: write the secret into it`);
  return found;
}

/** Its first line. */
export async function secretIn(path: string): Promise<string> {
  const [first = ''] = await secretsIn(path);
  if (!/^[\x21-\x7e]+$/.test(first)) {
    throw new Error(`${path} holds what cannot be a token: write visible ASCII, without spaces`);
  }
  return first;
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new Error(`${path} cannot be read (${code})`, { cause: error });
  }
}
