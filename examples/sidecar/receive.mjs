// Takes the events of the sidecar, and checks that they are its own.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

const SECRET_FILE = process.env.SECRET_FILE ?? './webhook_secret';
// A captured request is worth nothing after this many seconds.
const TOLERANCE = 300;

/** Read at each use: while a secret is replaced the file holds both, one a line. */
function keys() {
  const lines = readFileSync(SECRET_FILE, 'utf8').split(/\s+/).filter(Boolean);
  return lines.map((line) =>
    line.startsWith('whsec_') ? Buffer.from(line.slice(6), 'base64') : Buffer.from(line),
  );
}

/** https://www.standardwebhooks.com: HMAC-SHA256 over id.timestamp.body; one right signature is enough. */
function isSigned(headers, body) {
  const sentAt = headers['webhook-timestamp'] ?? '';
  if (!(Math.abs(Date.now() / 1000 - sentAt) <= TOLERANCE)) return false;
  const given = (headers['webhook-signature'] ?? '').split(' ').map((text) => Buffer.from(text));
  return keys().some((key) => {
    const hmac = createHmac('sha256', key)
      .update(`${headers['webhook-id']}.${sentAt}.`)
      .update(body);
    const right = Buffer.from(`v1,${hmac.digest('base64')}`);
    return given.some((one) => one.length === right.length && timingSafeEqual(one, right));
  });
}

const server = createServer(async (request, response) => {
  const body = await buffer(request);
  if (!isSigned(request.headers, body)) return response.writeHead(401).end();
  const { type, subject, data } = JSON.parse(body);
  console.log(type, subject, JSON.stringify(data));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ status: 'SUCCESS' }));
});
server.listen(Number(process.env.PORT ?? 8000), '127.0.0.1', () => {
  console.log('listening', server.address().port);
});
