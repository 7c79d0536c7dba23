/** The idempotency keys of a simulation: `key-1`, `key-2`, the same in each run. */

export function simulatedKeys(): () => string {
  let made = 0;
  return () => {
    made += 1;
    return `key-${made}`;
  };
}
