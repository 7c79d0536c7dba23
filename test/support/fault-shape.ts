/** What the faults that hold on one way of a connection come to, taken together. */

import type { LastingFault } from './fault-rules.js';

export type Shape = {
  /** Milliseconds. */
  readonly delay: number;
  readonly jitter: number;
  readonly bytesPerSecond: number;
  /** Bytes of one write. */
  readonly most: number;
  /** Milliseconds; 0: nothing is merged. */
  readonly merge: number;
  readonly isStalled: boolean;
  readonly isLost: boolean;
};

export const CLEAR: Shape = {
  delay: 0,
  jitter: 0,
  bytesPerSecond: Infinity,
  most: Infinity,
  merge: 0,
  isStalled: false,
  isLost: false,
};

/** Delays add up; of limits the narrowest counts. */
export function shapeOf(faults: readonly LastingFault[]): Shape {
  return faults.reduce(shapedBy, CLEAR);
}

function shapedBy(shape: Shape, fault: LastingFault): Shape {
  switch (fault.kind) {
    case 'delay': {
      const { ms, jitter = 0 } = fault;
      return { ...shape, delay: shape.delay + ms, jitter: shape.jitter + jitter };
    }
    case 'bandwidth':
      return { ...shape, bytesPerSecond: Math.min(shape.bytesPerSecond, fault.bytesPerSecond) };
    case 'split':
      return { ...shape, most: Math.min(shape.most, fault.most) };
    case 'merge':
      return { ...shape, merge: Math.max(shape.merge, fault.ms) };
    case 'stall':
      return { ...shape, isStalled: true };
    case 'blackhole':
      return { ...shape, isLost: true };
  }
}
