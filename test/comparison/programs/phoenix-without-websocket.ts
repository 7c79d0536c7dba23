/** phoenix.js with no transport named, in a Node that has no global WebSocket. */

import { Socket } from 'phoenix';
import { say } from '../../support/say.js';

const CLOSES = 5;

Reflect.deleteProperty(globalThis, 'WebSocket');
const socket = new Socket(process.argv[2] ?? '');
const codes: number[] = [];
socket.onOpen(() => say('open'));
socket.onError((error) => say('error', typeof error === 'number' ? error : typeof error));
socket.onClose(({ code }: { readonly code: number }) => {
  codes.push(code);
  say('close', code);
  if (codes.length === CLOSES) socket.disconnect(() => say('given up by the program'));
});
socket.connect();
