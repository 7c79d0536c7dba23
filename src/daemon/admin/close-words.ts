/** How a session ended, as a sentence for a person: nothing that a credential or a URL could be in. */

import type { Close } from '../../index.js';

/** Of what a peer says. */
const EXCERPT = 200;

export function closeWords({ cause, code, status, reason, error }: Close): string {
  switch (cause) {
    case 'peer':
      return code === 1006
        ? 'the connection was lost'
        : `the server closed it: ${code}${of(reason)}`;
    case 'network':
      return `the server cannot be reached: ${codeIn(error) ?? excerpt(reason)}`;
    case 'refused':
      return `the server refused the connection: HTTP ${status ?? code}`;
    case 'proxy':
      return `the proxy did not let it through: ${status === null ? (codeIn(error) ?? 'unreachable') : `HTTP ${status}`}`;
    case 'credentials':
      return `there were no credentials to connect with: ${codeIn(error) ?? 'see the log'}`;
    case 'unauthorized':
      return 'the credentials were refused for good';
    case 'connectTimeout':
      return 'the server did not answer in time';
    case 'heartbeatTimeout':
      return 'the server did not answer the heartbeat';
    case 'writeTimeout':
      return 'nothing could be written any more';
    case 'inboxFull':
      return 'more messages came than could be handled';
    case 'renewed':
      return 'a new connection took its place';
    case 'requested':
      return 'it was asked for';
  }
}

function of(reason: string): string {
  return reason === '' ? '' : ` (${excerpt(reason)})`;
}

function excerpt(text: string): string {
  return text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text;
}

function codeIn(error: unknown): string | null {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error;
  return isCoded && typeof error.code === 'string' ? error.code : null;
}
