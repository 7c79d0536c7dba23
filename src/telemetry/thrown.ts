/** Names what was thrown without repeating its words: a parser's error quotes the very text that it could not read. */

/** A name that its author chose, and no text: as classes, codes and functions have. */
const NAME = /^[\w.$]{1,64}$/;
/** A line of V8's stack that says a place in a file. */
const FRAME = /^ {4}at (.*:\d+:\d+\)?)$/m;

/** `TypeError at Worker.handleMessage (file:///app/worker.js:12:9)`; with the code in between, when it has one. */
export function namedThrown(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const { name, message, stack = '' } = thrown;
  const code: unknown = Reflect.get(thrown, 'code');
  const place = FRAME.exec(stack.replace(message, ''))?.[1];
  return [isName(name) ? name : 'Error', isName(code) ? code : null, place && `at ${place}`]
    .filter(Boolean)
    .join(' ');
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}
