/** Every error this package can give, grouped by whose fault it is, each with its code. */

import type { Close } from './protocol/close.js';

/**
 * Match by `code`, not by `instanceof`: two copies of the package may be loaded (`hasCode` does that).
 * Messages name the value and the limit and never contain a token, a header or a payload; that of a `CallbackError` quotes
 * whatever was thrown.
 */
export abstract class PhoenixSocketError extends Error {
  abstract readonly code: ErrorCode;
  /** Whether the same request may be made again, unchanged: true of joins, and of pushes that were never sent. */
  readonly retryable: boolean = false;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

export type UsageCode =
  | 'PHX_BAD_OPTION'
  | 'PHX_ENCODING'
  | 'PHX_ALREADY_STARTED'
  | 'PHX_NOT_STARTED'
  | 'PHX_STOPPED'
  | 'PHX_MAILBOX_FULL'
  | 'PHX_MISSING_DEPENDENCY'
  | 'PHX_CREDENTIALS_FILE';

/** The caller's fault: thrown at once, and nothing has changed. */
export class UsageError extends PhoenixSocketError {
  readonly code: UsageCode;
  /** The topic of the command, where it has to do with one. */
  readonly topic: string | null;
  override readonly retryable: boolean;

  constructor(code: UsageCode, message: string, options: ErrorOptions & { topic?: string } = {}) {
    super(message, options);
    this.code = code;
    this.topic = options.topic ?? null;
    this.retryable = code === 'PHX_MAILBOX_FULL' || code === 'PHX_CREDENTIALS_FILE';
  }
}

export function badOption(message: string): UsageError {
  return new UsageError('PHX_BAD_OPTION', message);
}

export type TransportCode =
  | 'PHX_DIAL_FAILED'
  | 'PHX_UPGRADE_REFUSED'
  | 'PHX_CONNECT_TIMEOUT'
  | 'PHX_CREDENTIALS_FAILED'
  | 'PHX_CONNECTION_LOST';

/** The network's fault, or the server's: there is no connection. */
export class TransportError extends PhoenixSocketError {
  readonly code: TransportCode;
  /** How the attempt ended. */
  readonly close: Close;
  override readonly retryable = true;

  constructor(code: TransportCode, message: string, close: Close) {
    super(message, close.error === undefined ? undefined : { cause: close.error });
    this.code = code;
    this.close = close;
  }
}

export type ProtocolCode = 'PHX_BAD_FRAME' | 'PHX_UNEXPECTED_MESSAGE';

/** The peer's fault: what it sent is no message. `frame` is cut to 100 characters. */
export class ProtocolError extends PhoenixSocketError {
  readonly code: ProtocolCode;
  readonly frame: string;

  constructor(code: ProtocolCode, message: string, frame: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.frame = frame.slice(0, 100);
  }
}

export type JoinCode =
  | 'PHX_JOIN_REFUSED'
  | 'PHX_JOIN_TIMEOUT'
  | 'PHX_JOIN_LOST'
  | 'PHX_JOIN_PARAMS'
  | 'PHX_CHANNEL_CRASHED';

/** The server's answer to a join, or what became of it. */
export class JoinError extends PhoenixSocketError {
  readonly code: JoinCode;
  readonly topic: string;
  /** What the server answered: any JSON value; null when it did not. */
  readonly response: unknown;
  override readonly retryable = true;

  constructor(
    code: JoinCode,
    message: string,
    options: ErrorOptions & { topic: string; response?: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.topic = options.topic;
    this.response = options.response ?? null;
  }
}

export type PushCode =
  | 'PHX_PUSH_REFUSED'
  | 'PHX_PUSH_TIMEOUT'
  | 'PHX_PUSH_DROPPED'
  | 'PHX_PUSH_LOST'
  | 'PHX_PUSH_ABORTED'
  | 'PHX_PUSH_PERSISTED';

/** `yes`: the server answered. `no`: never written, so it is safe to push again. `unknown`: written, unanswered. */
export type Delivered = 'yes' | 'no' | 'unknown';

/** The server's answer to a push, or its fate. */
export class PushError extends PhoenixSocketError {
  readonly code: PushCode;
  readonly topic: string;
  readonly event: string;
  readonly ref: string;
  readonly delivered: Delivered;
  /** Of a reply other than `ok`; null when there was none. */
  readonly status: string | null;
  /** Of a reply other than `ok`, any JSON value or bytes; null when there was none. */
  readonly response: unknown;
  override readonly retryable: boolean;

  constructor(
    code: PushCode,
    message: string,
    push: { topic: string; event: string; ref: string },
    fate: { delivered: Delivered; status?: string; response?: unknown; cause?: unknown },
  ) {
    super(message, fate.cause === undefined ? undefined : { cause: fate.cause });
    this.code = code;
    this.topic = push.topic;
    this.event = push.event;
    this.ref = push.ref;
    this.delivered = fate.delivered;
    this.status = fate.status ?? null;
    this.response = fate.response ?? null;
    this.retryable = fate.delivered === 'no';
  }
}

export type WaitCode =
  | 'PHX_LEAVE_TIMEOUT'
  | 'PHX_CALL_TIMEOUT'
  | 'PHX_RECEIVE_TIMEOUT'
  | 'PHX_CLOSED';

/** A wait that cannot succeed any more. */
export class WaitError extends PhoenixSocketError {
  readonly code: WaitCode;

  constructor(code: WaitCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type StoreCode =
  | 'PHX_STORE_LOCKED'
  | 'PHX_STORE_CORRUPT'
  | 'PHX_STORE_VERSION'
  | 'PHX_STORE_FAILED';

/** The disk's fault, or that of whoever shares it: what the store has stays as it is. */
export class StoreError extends PhoenixSocketError {
  readonly code: StoreCode;
  override readonly retryable: boolean;

  constructor(code: StoreCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.retryable = code === 'PHX_STORE_LOCKED' || code === 'PHX_STORE_FAILED';
  }
}

/** The worker's own fault: an error that escaped one of its callbacks. `cause` is what was thrown, in its own words. */
export class CallbackError extends PhoenixSocketError {
  readonly code = 'PHX_CALLBACK_FAILED';
  /** The callback's name; `after`, `every` or `defer` for what those ran. */
  readonly callback: string;

  constructor(callback: string, cause: unknown) {
    super(`${callback} failed: ${wordsOf(cause)}`, { cause });
    this.callback = callback;
  }
}

/** The worker's own fault, again and again: its supervisor has given it up. `cause` is the last error. */
export class SupervisionError extends PhoenixSocketError {
  readonly code = 'PHX_TOO_MANY_CRASHES';
  /** Within `restart.period`. */
  readonly crashes: number;

  constructor(
    { crashes, max, period }: { crashes: number; max: number; period: number },
    cause: unknown,
  ) {
    const limit = `restart.max is ${max} within ${period} ms`;
    super(`the worker crashed ${crashes} times, and ${limit}: look at the cause`, { cause });
    this.crashes = crashes;
  }
}

/** Anything may be thrown, also what has no text at all. */
export function wordsOf(cause: unknown): string {
  try {
    return String(cause instanceof Error ? cause.message : cause);
  } catch {
    return 'no Error was thrown';
  }
}

/** Thrown by the user's `credentials` to end all attempts. */
export class UnauthorizedError extends PhoenixSocketError {
  readonly code = 'PHX_UNAUTHORIZED';

  constructor(message = 'unauthorized', options?: ErrorOptions) {
    super(message, options);
  }
}

type AnyError =
  | UsageError
  | TransportError
  | ProtocolError
  | JoinError
  | PushError
  | WaitError
  | StoreError
  | CallbackError
  | SupervisionError
  | UnauthorizedError;

/** Every code there is; docs/errors.md has the cause and the remedy of each. */
export type ErrorCode = AnyError['code'];

/** The error class that a code belongs to, its `code` narrowed. */
export type ErrorOf<K extends ErrorCode> = AnyError extends infer E
  ? E extends { readonly code: infer Codes }
    ? K & Codes extends never
      ? never
      : E & { readonly code: K & Codes }
    : never
  : never;

/** Whether an error has one of these codes. Works across two copies of the package, where `instanceof` does not. */
export function hasCode<K extends ErrorCode>(
  error: unknown,
  ...codes: readonly K[]
): error is ErrorOf<K> {
  try {
    if (!(error instanceof Error) || !('code' in error)) return false;
    return (codes as readonly unknown[]).includes(error.code);
  } catch {
    // What cannot even be looked at is none of ours.
    return false;
  }
}
