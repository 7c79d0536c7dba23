/** A turn of the event loop, real whatever a test does to its timers. */

/** Taken before a test can put timers of its own in the place of the real ones. */
const later = setImmediate;

/** Resolves when the promises and callbacks that are under way now have had their turn. */
export function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => later(resolve));
}
