import { createServer } from 'node:http';
import { GenSocketClient } from 'gen-socket-client';
import { countIn, logTo } from 'gen-socket-client/telemetry';
import { pino } from 'pino';
import { Registry } from 'prom-client';

const logger = pino({ level: process.env['LOG_LEVEL'] ?? 'info' });
const registry = new Registry();

class PingWorker extends GenSocketClient {
  override init() {
    this.join('ping:wild');
    this.push('ping:wild', 'ping', { ack_phrase: 'early' });
  }
}

export const client = new PingWorker().start({
  url: process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket',
  telemetry: [logTo(logger, { bindings: { client: 'ping' } }), countIn(registry)],
});

export const metrics = createServer((_request, response) => {
  void registry.metrics().then((text) => {
    response.setHeader('content-type', registry.contentType).end(text);
  });
}).listen(Number(process.env['METRICS_PORT'] ?? 9464), '127.0.0.1');
