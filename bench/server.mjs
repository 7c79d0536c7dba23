/**
 * The server that all contenders are measured against, in a process of its own: it answers every message that has a ref
 * with `ok`, and sends broadcasts from frames that were made before the clock runs. It knows one client at a time.
 */

import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { broadcasts, stamped, textFrame, topicName } from './frames.mjs';

const REPLY = ',"phx_reply",{"status":"ok","response":{}}]';

const upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const http = createServer();
let wire = null;

http.on('upgrade', (request, socket, head) => {
  wire = socket;
  socket.setNoDelay(true);
  upgrades.handleUpgrade(request, socket, head, (ws) => answer(ws, socket));
});
http.listen(0, '127.0.0.1', () => process.send({ port: http.address().port }));

process.on('disconnect', () => process.exit());
process.on('message', async ({ id, ask, ...wanted }) => {
  if (ask === 'broadcast') await (wanted.every === undefined ? broadcast(wanted) : paced(wanted));
  process.send({ id, cpu: process.cpuUsage() });
});

/** The replies to all that arrived in one read leave in one write. */
function answer(ws, socket) {
  const replies = [];
  const flush = () => socket.write(Buffer.concat(replies.splice(0)));
  ws.on('message', (data) => {
    if (replies.length === 0) queueMicrotask(flush);
    replies.push(textFrame(headOf(data.latin1Slice()) + REPLY));
  });
  ws.on('error', () => socket.destroy());
}

/** `["1","2","topic"` of `["1","2","topic","event",{…}]`: no name here holds a comma. */
function headOf(text) {
  const first = text.indexOf(',');
  const second = text.indexOf(',', first + 1);
  return text.slice(0, text.indexOf(',', second + 1));
}

/** Broadcasts to so many topics in turn, as fast as the client reads. */
async function broadcast({ messages, topics, bytes }) {
  const { frames, count, frameBytes } = broadcasts(topics, bytes);
  for (let left = messages; left > 0; left -= count) {
    const all = left >= count ? frames : frames.subarray(0, left * frameBytes);
    if (!wire.write(all)) await drained(wire);
  }
}

/** One after another, `every` so many milliseconds. */
async function paced({ messages, topics, every }) {
  for (let sent = 0; sent < messages; sent += 1) {
    wire.write(stamped(topicName(sent % topics), performance.timeOrigin + performance.now()));
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

function drained(socket) {
  return new Promise((resolve) => {
    socket.once('drain', resolve);
  });
}
