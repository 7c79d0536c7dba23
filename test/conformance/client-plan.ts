/** Makes of a recording what a client has to do, and what its worker is then told. */

import { STATUS_CODES } from 'node:http';
import type { Frame } from '../../src/protocol/serializer.js';
import { type Fields, readMessage, type Version } from './client-frames.js';
import { ClientModel, type Told } from './client-model.js';
import { manifest } from './manifest.js';
import type { Recording, Step } from './recording.js';

export type Refused = Extract<Step, { kind: 'refused' }>;
export type Closed = Extract<Step, { kind: 'close' }>;

export type Move =
  | { readonly kind: 'open' }
  | Refused
  | {
      readonly kind: 'say';
      readonly message: Fields;
      readonly frame: Frame;
      readonly writes: boolean;
    }
  | { readonly kind: 'hear'; readonly frame: Frame }
  /** The server ends the connection. */
  | Closed
  /** The client does. */
  | { readonly kind: 'disconnect' };

export type Plan = {
  readonly version: Version;
  readonly moves: readonly Move[];
  readonly told: readonly Told[];
  /** How much of what is heard answers or belongs to nothing. */
  readonly stale: number;
  /** Whether each recorded frame is written again. */
  readonly isComplete: boolean;
};

/** RFC 6455, 7.1.5: the code of a connection that ended without a Close frame. */
export const NO_CLOSE_FRAME = 1006;

export function planOf(scenario: string, { path, steps }: Recording, transport: string): Plan {
  const version = versionOf(path);
  const model = new ClientModel(version);
  const moves = steps.flatMap((step) => moveOf(step, { scenario, version, transport, model }));
  model.tell('terminate', { kind: 'requested', reason: null });
  const { told, stale } = model;
  return {
    version,
    moves,
    told,
    stale,
    isComplete: moves.length === steps.length && moves.every(isWritten),
  };
}

type Making = {
  readonly scenario: string;
  readonly version: Version;
  readonly transport: string;
  readonly model: ClientModel;
};

function moveOf(step: Step, making: Making): readonly Move[] {
  const { model, transport, version } = making;
  switch (step.kind) {
    case 'open':
      model.tell('handleConnected', { attempt: 1, transport });
      return [{ kind: 'open' }];
    case 'refused':
      model.fall(refusal(step));
      return [step];
    case 'out':
      return say(step.frame, making);
    case 'in':
      model.hear(understood(step.frame, version));
      return [{ kind: 'hear', frame: step.frame }];
    case 'close':
      return [end(step, making)];
  }
}

function isWritten(move: Move): boolean {
  return move.kind !== 'say' || move.writes;
}

/** Left out is what no client says: another version's frame, or a push under a join_ref that is not its own. */
function say(frame: Frame, { model, version }: Making): readonly Move[] {
  const message = readMessage(frame, version, 'client');
  const saying = message === null ? 'never' : model.say(message);
  if (message === null || saying === 'never') return [];
  return [{ kind: 'say', message, frame, writes: saying === 'frame' }];
}

/** A close that the client began shows only what it got back. */
function end(step: Closed, { scenario, model }: Making): Move {
  if (manifest[scenario]?.ends === undefined) {
    model.fall({ cause: 'requested', code: 1000, reason: 'disconnect', status: null });
    return { kind: 'disconnect' };
  }
  const { code, reason } = step;
  const why = code === NO_CLOSE_FRAME ? 'the connection ended without a Close frame' : reason;
  model.fall({ cause: 'peer', code, reason: why, status: null });
  return step;
}

function refusal({ status, body }: Refused): object {
  const reason = STATUS_CODES[status];
  return { cause: 'refused', code: NO_CLOSE_FRAME, reason, status, body };
}

function understood(frame: Frame, version: Version): Fields {
  const message = readMessage(frame, version, 'server');
  if (message === null) throw new Error('the recorded server sent what is no message');
  return message;
}

/** Phoenix takes a missing vsn for 1.0.0. */
function versionOf(path: string): Version {
  return (vsnOf(path) ?? '1.0.0').startsWith('1.') ? 'v1' : 'v2';
}

export function vsnOf(path: string): string | null {
  return new URLSearchParams(path.split('?')[1]).get('vsn');
}
