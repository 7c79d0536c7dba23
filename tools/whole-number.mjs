/** Reads a whole number that a tool was given by name. */

export function wholeNumber(name, text, least = 0) {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`--${name} ${text} is no whole number: give one from ${least} up`);
}
