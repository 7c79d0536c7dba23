/** What has become of a promise, as a value that a test can look at. */

export class Fate<T = unknown> {
  state: 'pending' | 'resolved' | 'rejected' = 'pending';
  value: T | undefined;
  error: unknown;

  constructor(promise: Promise<T>) {
    promise.then(
      (value) => {
        this.state = 'resolved';
        this.value = value;
      },
      (error: unknown) => {
        this.state = 'rejected';
        this.error = error;
      },
    );
  }

  /** The code it was rejected with, or how it stands. */
  get code(): string {
    if (this.state !== 'rejected') return this.state;
    const { error } = this;
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

/** What it rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`expected a rejection, and it resolved to ${String(value)}`);
}
