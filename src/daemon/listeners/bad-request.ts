/** The answer to what is no HTTP request, or was not sent in time: there is no request that a handler could be given. */

import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { problem, type Problem } from './problem.js';

export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const refusal = refusalOf(error.code ?? '');
  const body = JSON.stringify(refusal.body(randomUUID()));
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ];
  // Destroyed when it is written: who sends slowly may also read slowly.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function refusalOf(code: string): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return problem('API_HEADERS_TOO_LARGE', 'send fewer or shorter headers');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problem('API_REQUEST_TIMEOUT', 'send the request faster');
    default:
      return problem('API_BAD_REQUEST', 'this is no proper HTTP/1.1 request');
  }
}
