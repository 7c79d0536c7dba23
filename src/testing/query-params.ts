/** Decodes a query string the way Plug does, so that `connect` sees the params that an Elixir server would. */

export type Params = { [name: string]: unknown };

/** `a[b]=1` is a nested map, `a[]=1` a list, `a[0]=1` a map with the key `0`; of a repeated key the last wins. */
export function queryParams(query: string): Params {
  const params = emptyMap();
  for (const [name, value] of new URLSearchParams(query)) put(params, pathOf(name), value);
  return params;
}

/** `a[b][]` is `a`, `b` and the empty key of a list. */
function pathOf(name: string): readonly string[] {
  const parts = /^([^[]+)((?:\[[^\]]*\])+)$/.exec(name);
  if (parts?.[1] === undefined || parts[2] === undefined) return [name];
  return [parts[1], ...parts[2].slice(1, -1).split('][')];
}

function put(map: Params, [key = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    map[key] = value;
    return;
  }
  if (rest.length === 1 && rest[0] === '') {
    const list = Object.hasOwn(map, key) ? map[key] : undefined;
    map[key] = Array.isArray(list) ? [...(list as unknown[]), value] : [value];
    return;
  }
  const child = isMap(map[key]) ? map[key] : emptyMap();
  map[key] = child;
  put(child, rest, value);
}

/** Without a prototype, so that a param named `__proto__` is a param. */
function emptyMap(): Params {
  return Object.create(null) as Params;
}

function isMap(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
