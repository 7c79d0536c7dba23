/** Where the application is asked: an HTTP address, or a path on a Unix socket. */

export type AppTarget = {
  readonly url: URL;
  /** Null: the address itself is connected to. */
  readonly socketPath: string | null;
};

/** Null: it is no address of this kind, or has userinfo or a fragment. */
export function appTarget(address: string): AppTarget | null {
  const [, socketPath, path] = /^unix:(\/[^:]+):(\/.*)$/s.exec(address) ?? [];
  if (socketPath !== undefined && path !== undefined) return unixTarget(socketPath, path);
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  const isPlain = url.username === '' && url.password === '' && url.hash === '';
  return isHttp && isPlain ? { url, socketPath: null } : null;
}

function unixTarget(socketPath: string, path: string): AppTarget | null {
  const text = `http://localhost${path}`;
  const isPlain = !path.startsWith('//') && !path.includes('#') && !/[\0\s]/.test(socketPath);
  return isPlain && URL.canParse(text) ? { url: new URL(text), socketPath } : null;
}
