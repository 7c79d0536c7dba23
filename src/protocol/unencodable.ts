/** Why a message cannot be put on the wire, as an error. */

import { UsageError } from '../errors.js';
import type { WireMessage } from './message.js';

/** A name may itself be what is too long. */
const SHOWN_CHARACTERS = 100;

export function unencodable(message: WireMessage, problem: string, cause?: unknown): UsageError {
  const { topic, event } = message;
  const text = `cannot encode "${shown(event)}" on "${shown(topic)}": ${problem}`;
  return new UsageError('PHX_ENCODING', text, cause === undefined ? { topic } : { topic, cause });
}

function shown(name: string): string {
  return name.length > SHOWN_CHARACTERS ? `${name.slice(0, SHOWN_CHARACTERS)}…` : name;
}
