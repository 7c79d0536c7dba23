/** The word that somebody may have meant. */

/** Longer words than any key of ours are not looked at: the time it takes grows with the square. */
const LONGEST = 64;

/** The nearest of some words, unless none is near. */
export function nearest(word: string, words: readonly string[]): string | null {
  if (word.length > LONGEST) return null;
  const most = Math.max(1, Math.floor(word.length / 3));
  const near = words
    .map((other) => ({ other, far: distance(word.toLowerCase(), other.toLowerCase()) }))
    .filter(({ far }) => far <= most)
    .toSorted((a, b) => a.far - b.far);
  return near[0]?.other ?? longerThan(word, words);
}

/** `authToken` for `authTokenFile`: whoever wrote the half of a word meant the whole. */
function longerThan(word: string, words: readonly string[]): string | null {
  const isHalf = (other: string) =>
    word.length > 2 && (other.startsWith(word) || word.startsWith(other));
  return words.find(isHalf) ?? null;
}

/** How many letters are to be put in, left out, replaced, or changed for their neighbour. */
function distance(a: string, b: string): number {
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = nextRow({ a, b, i, last, before });
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

type Row = {
  readonly a: string;
  readonly b: string;
  readonly i: number;
  readonly last: readonly number[];
  readonly before: readonly number[];
};

function nextRow({ a, b, i, last, before }: Row): readonly number[] {
  const row = [i];
  for (let j = 1; j <= b.length; j += 1) {
    const replaced = at(last, j - 1) + Number(a[i - 1] !== b[j - 1]);
    const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
    const swapped = isSwapped ? at(before, j - 2) + 1 : Infinity;
    row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, replaced, swapped));
  }
  return row;
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
