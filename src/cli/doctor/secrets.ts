/** What the doctor sends and must never show, and words of the server's from which it is taken out. */

/** Shorter ones are in every text. */
const SHORTEST = 3;

/** A part of a header or a cookie that is long enough to be a token of its own. */
const SHORTEST_PART = 8;

const HIDDEN = '***';

export class Secrets {
  readonly #forms: readonly string[];

  constructor(values: readonly string[]) {
    const forms = values.flatMap(withParts).flatMap(formsOf);
    this.#forms = [...new Set(forms)].filter(isLongEnough).toSorted(longestFirst);
  }

  /** One line of at most `length` characters, without what we sent and without control characters. */
  excerpt(text: string, length: number): string {
    const line = this.#hide(text)
      .replace(/[\s\p{C}]+/gu, ' ')
      .trim();
    return line.length > length ? `${line.slice(0, length)}…` : line;
  }

  #hide(text: string): string {
    if (this.#forms.length === 0) return text;
    const pattern = new RegExp(this.#forms.map(escaped).join('|'), 'gi');
    return this.#withoutCutEnd(text.replace(pattern, HIDDEN));
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

/** As a server may repeat it: as it is, in a query, in base64, in JSON, in HTML. */
function formsOf(value: string): readonly string[] {
  const query = encodeURIComponent(value);
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
  const html = value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
  const json = JSON.stringify(value).slice(1, -1);
  const forms = [value, query, query.replaceAll('%20', '+'), base64, json, html];
  return forms.map((form) => form.toLowerCase());
}

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function isLongEnough(form: string): boolean {
  return form.length >= SHORTEST;
}

function longestFirst(a: string, b: string): number {
  return b.length - a.length;
}

function escaped(form: string): string {
  return form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** How many characters at the end of the text may be the beginning of the form. */
function beginningAtEnd(text: string, form: string): number {
  for (let length = Math.min(form.length, text.length); length >= SHORTEST; length -= 1) {
    if (text.endsWith(form.slice(0, length))) return length;
  }
  return 0;
}
