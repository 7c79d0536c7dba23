/** A line of the log for a person: the time, the level, what happened, and then what it happened to. */

const MARKS: { readonly [level: string]: string } = {
  debug: 'debug',
  info: 'info ',
  warn: 'WARN ',
  error: 'ERROR',
};
const LEFT_OUT = ['level', 'time', 'msg', 'component'];
const WIDTH = 12;

/** Of a line of JSON. What is none comes out as it is. */
export function lineOf(json: string): string {
  const fields = fieldsOf(json);
  if (fields === null) return json;
  const { level, time, msg } = fields;
  const at = new Date(typeof time === 'number' ? time : 0).toISOString().slice(-1 - WIDTH, -1);
  const mark = MARKS[String(level)] ?? String(level);
  const rest = Object.entries(fields).filter(([name]) => !LEFT_OUT.includes(name));
  const words = rest.map(([name, value]) => `${name}=${textOf(value)}`);
  return `${[at, mark, String(msg), ...words].join(' ')}\n`;
}

function fieldsOf(json: string): { readonly [name: string]: unknown } | null {
  try {
    return JSON.parse(json) as { readonly [name: string]: unknown };
  } catch {
    return null;
  }
}

/** In quotes where it would not be one word, or could be more than one line. */
function textOf(value: unknown): string {
  return typeof value === 'string' && /^[\w:./*-]+$/.test(value) ? value : JSON.stringify(value);
}
