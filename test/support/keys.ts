/** Idempotency keys that are the same in each run of a test. */

export function keys(): () => string {
  let made = 0;
  return () => {
    made += 1;
    return `key:${made}`;
  };
}
