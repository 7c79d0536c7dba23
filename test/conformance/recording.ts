/** Reads a recording of a real Phoenix, and makes what differs from run to run equal. */

import { readFileSync, readdirSync } from 'node:fs';
import type { Frame } from '../../src/protocol/serializer.js';

export const SERVERS = ['cowboy', 'bandit'] as const;
export type Server = (typeof SERVERS)[number];

export type Step =
  | { readonly kind: 'open'; readonly protocol: string | null }
  | { readonly kind: 'out' | 'in'; readonly frame: Frame }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  | { readonly kind: 'refused'; readonly status: number; readonly body: string };

export type Recording = {
  readonly about: string;
  /** With the query string. */
  readonly path: string;
  readonly protocols: readonly string[];
  readonly steps: readonly Step[];
};

type Line = { readonly [field: string]: unknown };

const FOLDER = new URL('./wire/', import.meta.url);
const SUFFIX = '.ndjson';

/** The scenarios recorded of one server. */
export function recorded(server: Server): readonly string[] {
  return readdirSync(new URL(`${server}/`, FOLDER))
    .map((file) => file.replace(SUFFIX, ''))
    .sort();
}

/** A recording of a WebSocket; those of long poll have other lines. */
export function readRecording(server: Server, scenario: string): Recording {
  const text = readFileSync(new URL(`${server}/${scenario}${SUFFIX}`, FOLDER), 'utf8');
  const [head = {}, ...lines] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const { protocols } = head;
  return {
    about: string(head, 'about'),
    path: string(head, 'path'),
    protocols: Array.isArray(protocols) ? protocols.map(String) : [],
    steps: lines.map(stepOf),
  };
}

/** A frame as a value to compare: parsed, since the order of keys is not stable, and without what differs by run. */
export function comparable(frame: Frame): unknown {
  if (typeof frame !== 'string') return { base64: Buffer.from(frame).toString('base64') };
  try {
    return JSON.parse(frame, steady);
  } catch {
    return frame;
  }
}

/** The same frames with each `phx_ref` as the number of its first appearance: what refers to what stays comparable. */
export function withNumberedRefs(frames: readonly unknown[]): readonly unknown[] {
  const refs = new Map<unknown, number>();
  const numberOf = (ref: unknown): number => refs.get(ref) ?? refs.set(ref, refs.size).size - 1;
  const text = JSON.stringify(frames, (key, value: unknown) =>
    key === 'phx_ref' || key === 'phx_ref_prev' ? numberOf(value) : value,
  );
  return JSON.parse(text) as readonly unknown[];
}

/** The numbers of `numbers:*` keep their sign. */
function steady(key: string, value: unknown): unknown {
  return key === 'number' && typeof value === 'number' ? Math.sign(value) : value;
}

function stepOf(line: Line): Step {
  switch (line['event'] ?? line['dir']) {
    case 'open':
      return { kind: 'open', protocol: (line['protocol'] ?? null) as string | null };
    case 'close':
      return { kind: 'close', code: number(line, 'code'), reason: string(line, 'reason') };
    case 'http_response':
      return { kind: 'refused', status: number(line, 'status'), body: string(line, 'body') };
    case 'out':
      return { kind: 'out', frame: frameOf(line) };
    case 'in':
      return { kind: 'in', frame: frameOf(line) };
    default:
      throw new Error(`a line of another kind: ${JSON.stringify(line)}`);
  }
}

function frameOf(line: Line): Frame {
  if (line['type'] === 'text') return string(line, 'data');
  if (line['type'] === 'binary') return Buffer.from(string(line, 'base64'), 'base64');
  throw new Error(`a frame of another type: ${JSON.stringify(line)}`);
}

function string(line: Line, field: string): string {
  const value = line[field];
  if (typeof value !== 'string') throw new Error(`expected ${field} to be a string`);
  return value;
}

function number(line: Line, field: string): number {
  const value = line[field];
  if (typeof value !== 'number') throw new Error(`expected ${field} to be a number`);
  return value;
}
