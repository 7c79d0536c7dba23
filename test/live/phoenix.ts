/** The server of the live tests. */

/** Its mount `/socket`. */
export const phoenix = new URL(process.env['PHOENIX_URL'] ?? '');

/** The other mounts lie beside it. */
export function urlOf(mount: string): string {
  const path = phoenix.pathname.replace(/\/+$/, '').replace(/\/websocket$/, '');
  const scheme = phoenix.protocol.replace('http', 'ws');
  const mounted = mount === '/socket' ? path : path.replace(/\/[^/]*$/, mount);
  return `${scheme}//${phoenix.host}${mounted}`;
}
