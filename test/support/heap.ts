/** How much the heap holds that is still in use. Needs `node --expose-gc`. */

/** What is let go of by one collection may hold what the next one frees. */
const COLLECTIONS = 6;

/** Bytes. */
export async function heapInUse(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('run node with --expose-gc');
  for (let round = 0; round < COLLECTIONS; round += 1) {
    globalThis.gc();
    await turn();
  }
  return process.memoryUsage().heapUsed;
}

/** Lets everything happen that can without time passing. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
