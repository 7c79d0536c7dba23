/** What a fault proxy is told to do, as plain data: when, on the way to whom, what, and how often. */

/** Whom the bytes are for. */
export type Side = 'client' | 'server';

/** Hold for as long as their rule is there. Lengths of time are milliseconds, sizes are bytes. */
export type LastingFault =
  /** Each piece comes so much later, and by chance up to `jitter` more. Order is kept. */
  | { readonly kind: 'delay'; readonly ms: number; readonly jitter?: number }
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number }
  /** Each write has from 1 to `most` bytes, by chance, in a turn of the event loop of its own. */
  | { readonly kind: 'split'; readonly most: number }
  /** What comes within `ms` of the first leaves in one write. */
  | { readonly kind: 'merge'; readonly ms: number }
  /** Nothing is read, so that TCP makes the sender wait. Goes on where it stood when the rule goes. */
  | { readonly kind: 'stall' }
  /** Bytes vanish. When the rule goes the connection is reset: TCP knows no gap, so nothing may follow one. */
  | { readonly kind: 'blackhole' };

/** Happen once to a connection. */
export type SuddenFault =
  /** A bit of the next byte is flipped, by chance which. */
  | { readonly kind: 'corrupt' }
  /** Both sides see an end without a farewell, after what was passed on. */
  | { readonly kind: 'cut' }
  /** Both sides see a reset (over TLS: an end). */
  | { readonly kind: 'reset' }
  /** That side sees an end; the other way stays open. */
  | { readonly kind: 'halfClose' }
  /** A connection is reset as soon as it comes; `to`, `bytes` and `ms` say nothing here. */
  | { readonly kind: 'refuse' };

export type Fault = LastingFault | SuddenFault;
export type FaultKind = Fault['kind'];

export type FaultRule = {
  /** From when on: at once, if this says nothing. Of bytes and time whichever comes first. */
  readonly when?: {
    /** Counted from 1. Default: every one. */
    readonly connection?: number;
    /** That were passed on that way since the rule met the connection. */
    readonly bytes?: number;
    /** Since the rule met the connection. */
    readonly ms?: number;
  };
  /** Default: both ways, each by itself. */
  readonly to?: Side;
  readonly do: Fault;
  /** How often it takes hold; one connection is two ways. Default: without end. */
  readonly times?: number;
};

/** Time as rules count it: the system's, or one that a test moves. */
export interface RuleClock {
  /** Milliseconds that only go forward. */
  monotonic(): number;
  setTimeout(turn: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** What the rules need: all of a proxy's connections share it. */
export type RuleTerms = {
  readonly book: RuleBook;
  readonly clock: RuleClock;
  readonly seed: number;
};

/** One direction of a connection. */
export type Way = { readonly connection: number; readonly to: Side };

export function concerns({ when, to }: FaultRule, way: Way): boolean {
  const { connection = way.connection } = when ?? {};
  return connection === way.connection && (to ?? way.to) === way.to;
}

export function isLasting(fault: Fault): fault is LastingFault {
  switch (fault.kind) {
    case 'delay':
    case 'bandwidth':
    case 'split':
    case 'merge':
    case 'stall':
    case 'blackhole':
      return true;
    case 'corrupt':
    case 'cut':
    case 'reset':
    case 'halfClose':
    case 'refuse':
      return false;
  }
}

/** The rules of the moment, and how often each has taken hold. A rule is known by its identity. */
export class RuleBook {
  rules: readonly FaultRule[] = [];
  readonly #taken = new WeakMap<FaultRule, number>();

  /** Whether it may take hold once more, which it then has. */
  claim(rule: FaultRule): boolean {
    const taken = this.#taken.get(rule) ?? 0;
    if (taken >= (rule.times ?? Infinity)) return false;
    this.#taken.set(rule, taken + 1);
    return true;
  }

  /** Whether a rule claims that nobody gets through. */
  refuses(connection: number): boolean {
    return this.rules.some(
      (rule) =>
        rule.do.kind === 'refuse' &&
        (rule.when?.connection ?? connection) === connection &&
        this.claim(rule),
    );
  }
}
