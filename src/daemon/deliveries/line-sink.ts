/** Where a delivery writes its lines: stdout, or a file. */

export interface LineSink {
  readonly kind: 'stdout' | 'file';
  /**
   * Resolves when whole lines are out of this process's hands. Rejects with a `BrokenSink` when it never can write again, with anything
   * else when nothing of them was written and it may work later.
   */
  write(lines: string): Promise<void>;
  /** Brings to the disk what was written. */
  close(): Promise<void>;
}

export class BrokenSink extends Error {
  override readonly name = 'BrokenSink';
}
