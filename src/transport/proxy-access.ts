/** How a proxy is reached: its address without secrets, what it is told, and whom it is trusted for. */

import { type ConnectionOptions, rootCertificates } from 'node:tls';

/** https-proxy-agent and undici write the address they are given to their debug logs. */
export function bareProxy(proxy: URL): string {
  return `${proxy.protocol}//${proxy.host}`;
}

/** RFC 7617. Empty when the address has no user and no password. */
export function authorization({ username, password }: URL): { readonly [name: string]: string } {
  if (username === '' && password === '') return {};
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/**
 * A certificate of the client's is for the server alone. The authorities that are given take the place of Node's own,
 * which the proxy may well have its certificate from.
 */
export function proxyTrust(proxy: URL, { ca }: ConnectionOptions = {}): ConnectionOptions {
  if (proxy.protocol !== 'https:' || ca === undefined) return {};
  return { ca: [...rootCertificates, ...[ca].flat()] };
}

/** A percent sign that was not escaped stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
