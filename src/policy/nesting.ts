/** How deep a payload nests: the recursion of `JSON.stringify` ends at some thousand levels, with an error. */

/** More than any sane payload has, and far less than what no stack can bear, wherever it is written again. */
export const DEEPEST = 500;

export function isTooDeep(value: unknown, levels: number = DEEPEST): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  return levels === 0 || Object.values(value).some((each) => isTooDeep(each, levels - 1));
}
