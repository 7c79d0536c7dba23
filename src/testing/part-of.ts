/** Whether a value has what a test names of it. */

/** The fields that matter, at any depth; an array, or bytes, is compared whole. */
export function isPartOf(part: unknown, whole: unknown): boolean {
  if (part instanceof Uint8Array) {
    return whole instanceof Uint8Array && Buffer.compare(part, whole) === 0;
  }
  if (Array.isArray(part)) return Array.isArray(whole) && areEqual(part, whole);
  if (!isObject(part)) return Object.is(part, whole);
  return (
    isObject(whole) &&
    Object.entries(part).every(
      ([name, value]) => Object.hasOwn(whole, name) && isPartOf(value, whole[name]),
    )
  );
}

function areEqual(part: readonly unknown[], whole: readonly unknown[]): boolean {
  return part.length === whole.length && part.every((each, at) => isPartOf(each, whole[at]));
}

function isObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
