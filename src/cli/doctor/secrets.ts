/** What the doctor sends and must never show, and words of the server's from which it is taken out. */

/** Shorter ones are in every text. */
const SHORTEST = 3;

/** A part of a header or a cookie that is long enough to be a token of its own. */
const SHORTEST_PART = 8;

const HIDDEN = '***';

export class Secrets {
  readonly #pattern: RegExp | null;
  readonly #forms: readonly string[];

  constructor(values: readonly string[]) {
    const secrets = [...new Set(values.flatMap(withParts))].filter(isLongEnough);
    const longestFirst = secrets.toSorted((a, b) => b.length - a.length);
    const patterns = longestFirst.flatMap((value) => [patternOf(value), base64Of(value)]);
    this.#pattern = patterns.length === 0 ? null : new RegExp(patterns.join('|'), 'gi');
    this.#forms = secrets.flatMap(formsOf);
  }

  /** One line of at most `length` characters, without what we sent and without control characters. */
  excerpt(text: string, length: number): string {
    const line = this.#hide(text)
      .replace(/[\s\p{C}]+/gu, ' ')
      .trim();
    return line.length > length ? `${line.slice(0, length)}…` : line;
  }

  #hide(text: string): string {
    if (this.#pattern === null) return text;
    return this.#withoutCutEnd(text.replace(this.#pattern, HIDDEN));
  }

  /** A body is cut to its first KiB: a secret may have begun at its end. */
  #withoutCutEnd(text: string): string {
    const end = text.toLowerCase();
    const cut = Math.max(0, ...this.#forms.map((form) => beginningAtEnd(end, form)));
    return cut === 0 ? text : text.slice(0, -cut) + HIDDEN;
  }
}

/** The texts in a JSON value, names of fields not among them. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

function withParts(value: string): readonly string[] {
  const parts = value.split(/[\s,;=:]+/).filter((part) => part.length >= SHORTEST_PART);
  return [value, ...parts];
}

/** The secret with each of its characters as it is, or as a query, HTML or JSON would write it. */
function patternOf(value: string): string {
  return Array.from(value, (character) => {
    if (/[\w-]/.test(character)) return character;
    return `(?:${writingsOf(character).map(escaped).join('|')})`;
  }).join('');
}

function writingsOf(character: string): readonly string[] {
  const code = character.codePointAt(0) ?? 0;
  const escapes = [`\\${character}`, `\\u${code.toString(16).padStart(4, '0')}`];
  const html = [ENTITIES[character] ?? '', `&#${code};`, `&#x${code.toString(16)};`];
  const query = [encodeURIComponent(character), character === ' ' ? '+' : ''];
  return [...escapes, ...html, ...query, character].filter((writing) => writing !== '');
}

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function base64Of(value: string): string {
  return escaped(Buffer.from(value).toString('base64').replace(/=+$/, ''));
}

function formsOf(value: string): readonly string[] {
  const forms = [value, encodeURIComponent(value), Buffer.from(value).toString('base64')];
  return forms.map((form) => form.toLowerCase());
}

function isLongEnough(value: string): boolean {
  return value.length >= SHORTEST;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** How many characters at the end of the text may be the beginning of the form. */
function beginningAtEnd(text: string, form: string): number {
  for (let length = Math.min(form.length, text.length); length >= SHORTEST; length -= 1) {
    if (text.endsWith(form.slice(0, length))) return length;
  }
  return 0;
}
