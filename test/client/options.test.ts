/** Options that cannot be right are refused at once, each with its name, its value and the remedy. */

import { describe, expect, test } from 'vitest';
import {
  type ClientOptions,
  GenSocketClient,
  type JoinOptions,
  type WebSocketOptions,
} from '../../src/index.js';
import { memoryTransport } from '../../src/transport/memory-transport.js';
import { simulate, SimulatedWorker } from '../support/worker-simulation.js';

class Worker extends GenSocketClient {}

const transports = [memoryTransport().transport] as const;

/** Each option alone, beside a url and a transport that are right. */
const BAD: readonly (readonly [options: object, message: RegExp])[] = [
  [{ url: '' }, /^endpoint is empty: give one like wss:\/\/example.com\/socket$/],
  [{ url: 'phoenix' }, /^endpoint "phoenix" is no absolute URL: give one like/],
  [{ url: 'ftp://phoenix/socket' }, /^endpoint .* is not ws, wss, http or https: give one like/],
  [{ url: 'ws://user:pw@phoenix/socket' }, /has credentials in its URL: send them as headers/],
  [{ url: 'ws://phoenix/socket?vsn=1.0.0' }, /^param "vsn" is "1\.0\.0" and the serializer's is/],
  [{ url: 7 }, /^endpoint has no URL: give one like/],
  [{ params: { since: NaN } }, /^param "since" is NaN: send a finite number or null$/],
  [{ params: { f: () => 1 } }, /^param "f" is a function: send it as text, such as JSON$/],
  [{ params: { vsn: '1.0.0' } }, /^param "vsn" is "1\.0\.0" and the serializer's is "2\.0\.0": /],
  [{ params: 'since=41' }, /^params are not a plain object$/],
  [{ headers: { 'x-n': false } }, /^headers\.x-n is a boolean: write text$/],
  [{ headers: 'x-n: 7' }, /^headers is a string: write an object of names and texts$/],
  [
    { credentials: { headers: { 'x-n': false } } },
    /^credentials\.headers\.x-n is a boolean: write text$/,
  ],
  [{ credentials: 'token' }, /^credentials is a string: write an object, or a function that /],
  [{ concurrency: 'socket' }, /^concurrency is 'socket'.*client.*topic/],
  [{ autoConnect: 'no' }, /^autoConnect is a string: write true or false$/],
  [{ onCallbackError: 'explode' }, /^onCallbackError is 'explode': write 'stop', 'continue' or a/],
  [{ reconnect: true }, /^reconnect is true: write an object, a function, or false$/],
  [{ reconnect: null }, /^reconnect is null: write an object, a function, or false$/],
  [{ reconnect: { min: '5 sec' } }, /^reconnect\.min is 5 sec: write milliseconds .* '10s'$/],
  [{ reconnect: { delays: '1s' } }, /^reconnect\.delays is a string: write a list such as \['1s'/],
  [{ reconnect: { jitter: 'yes' } }, /^reconnect\.jitter is 'yes': write 'full', 'equal' or/],
  [
    { reconnect: { attempts: 0 } },
    /^reconnect\.attempts is 0: write a whole number of at least 1$/,
  ],
  [{ reconnect: { verdicts: { 4000: 'no' } } }, /^reconnect\.verdicts\[4000\] is 'no': write/],
  [{ reconnect: { stabelAfter: 1 } }, /^there is no option reconnect\.stabelAfter: choose from /],
  [{ rejoin: 'never' }, /^rejoin is a string: write an object, a function, or false$/],
  [{ rejoin: { refused: -1 } }, /^rejoin\.refused is -1: write a whole number .* 0, or false$/],
  [{ rejoin: { concurrency: 0.5 } }, /^rejoin\.concurrency is 0\.5: write a whole number/],
  [{ rejoin: { closd: false } }, /^there is no option rejoin\.closd: choose from /],
  [{ rejoin: { concurrency: Infinity } }, /^rejoin\.concurrency is Infinity: .* 1, or false$/],
  [
    { reconnect: { delays: ['1s'], factor: 2 } },
    /^reconnect\.delays and reconnect\.factor exclude each other: write a list of delays, or how /,
  ],
  [{ rejoin: { delays: ['1s'], min: 1 } }, /^rejoin\.delays and rejoin\.min exclude each other: /],
  [{ heartbeat: true }, /^heartbeat is true: write an object, or false$/],
  [{ heartbeat: { interval: 0 } }, /^heartbeat\.interval is 0: write a number of at least 1$/],
  [{ heartbeat: { timeout: '1d' } }, /^heartbeat\.timeout is 1d: write milliseconds/],
  [{ timeouts: false }, /^timeouts is false: write an object$/],
  [{ timeouts: { join: 0 } }, /^timeouts\.join is 0: write a number of at least 1$/],
  [{ timeouts: { call: 0 } }, /^timeouts\.call is 0: write a number of at least 1$/],
  [{ timeouts: { cast: 1000 } }, /^there is no option timeouts\.cast: choose from connect, join/],
  [{ outbox: true }, /^outbox is true: write an object, or false$/],
  [{ outbox: { messages: -1 } }, /^outbox\.messages is -1: write a whole number of at least 1$/],
  [
    { outbox: { whenFull: 'drop' } },
    /^outbox\.whenFull is 'drop': write 'reject', 'dropOldest', 'dropNewest'/,
  ],
  [{ inbox: false }, /^inbox is false: write an object$/],
  [{ inbox: { messages: 0 } }, /^inbox\.messages is 0: write a whole number of at least 1$/],
  [{ inbox: { whenFull: 'reject' } }, /^inbox\.whenFull is 'reject': write 'shedOldest' or 'disc/],
  [{ inbox: { size: 1 } }, /^there is no option inbox\.size: choose from messages, whenFull$/],
  [{ maxChannelsPerSocket: 0 }, /^maxChannelsPerSocket is 0: write a whole number .* 1, or false$/],
  [{ maxChannelsPerSocket: 1.5 }, /^maxChannelsPerSocket is 1\.5: write a whole number of at /],
  [{ maxSockets: Infinity }, /^maxSockets is Infinity: write a whole number of at least 1$/],
  [{ maxSockets: 2.5 }, /^maxSockets is 2\.5: write a whole number of at least 1$/],
  [{ transports: [...transports, ...transports] }, /^transports has 'memory' twice: give each a /],
  [{ fallback: { failures: 0 } }, /^fallback\.failures is 0: write a whole number of at least 1$/],
  [
    { fallback: { returnAfter: 5 } },
    /^fallback\.returnAfter is 5: write a number of at least 1000/,
  ],
  [{ fallback: { after: 3 } }, /^there is no option fallback\.after: choose from failures, /],
  [{ maxConnectionAge: 5 }, /^maxConnectionAge is 5: write a number of at least 1000$/],
  [{ maxConnectionAge: 'long' }, /^maxConnectionAge is long: write milliseconds/],
  [{ onUnauthorized: 'panic' }, /^onUnauthorized is 'panic': write 'stop' or 'wait'$/],
  [
    { rejoin: { unauthorized: 'who' } },
    /^rejoin\.unauthorized is a string: write a list of texts$/,
  ],
  [
    { rejoin: { unauthorized: [403] } },
    /^rejoin\.unauthorized is an array: write a list of texts$/,
  ],
  [{ transports: [] }, /^transports is empty: write \['websocket'\], 'longpoll' or transports of /],
  [{ transports: ['carrier pigeon'] }, /^transports\[0\] is a string that cannot dial: write /],
  [{ transports: 'websocket' }, /^transports is a string: write \['websocket'\], 'longpoll' or /],
  [{ serializer: 'v3' }, /^serializer is neither 'v2' nor 'v1', nor has it vsn, /],
  [{ serializer: { vsn: '2.0.0' } }, /^serializer is neither 'v2' nor 'v1', nor has it vsn, /],
  [{ longpoll: true }, /^longpoll is true: write an object$/],
  [{ longpoll: { maxPayload: '16MB' } }, /^longpoll\.maxPayload is 16MB: write bytes/],
  [{ longpoll: { requestTimeout: 0 } }, /^longpoll\.requestTimeout is 0: write a number of at /],
  [{ longpoll: { closeTimeout: -1 } }, /^longpoll\.closeTimeout is -1: write milliseconds/],
  [{ longpoll: { fetch: 'curl' } }, /^longpoll\.fetch is a string: write a function like Node's/],
  [{ longpoll: { window: 1 } }, /^there is no option longpoll\.window: choose from maxPayload, /],
  [{ websocket: true }, /^websocket is true: write an object$/],
  [{ websocket: { maxPayload: '16MB' } }, /^websocket\.maxPayload is 16MB: write bytes/],
  [{ websocket: { closeTimeout: -1 } }, /^websocket\.closeTimeout is -1: write milliseconds/],
  [{ websocket: { redirects: -1 } }, /^websocket\.redirects is -1: write a whole number of at/],
  [{ websocket: { redirects: 0.5 } }, /^websocket\.redirects is 0\.5: write a whole number of at/],
  [{ websocket: { deflate: 1 } }, /^websocket\.deflate is 1: write true or false$/],
  [{ websocket: { proxi: 'http://x' } }, /^there is no option websocket\.proxi: choose from /],
  [{ websocket: { proxy: true } }, /^websocket\.proxy is true: write the address of a proxy, or/],
  [
    { websocket: { proxy: 'socks://u:p@x' } },
    /^websocket\.proxy is no address of an HTTP proxy: [^@]*@/,
  ],
  [
    { websocket: { agent: {} } },
    /^websocket\.agent is an object without addRequest: write an http/,
  ],
  [{ websocket: { agent: 5 } }, /^websocket\.agent is 5 without addRequest: write an http\.Agent/],
  [{ websocket: { tls: 5 } }, /^websocket\.tls is 5: write an object$/],
  [
    { websocket: { tls: { ca: 5 } } },
    /^websocket\.tls is refused by Node: write what its tls\.connect takes \(.*"options\.ca"[^5]*\)$/,
  ],
  [{ websocket: { tls: { ca: '/etc/ca.pem' } } }, /^websocket\.tls\.ca has no PEM certificate: /],
  [{ websocket: { tls: { ca: [Buffer.from('x')] } } }, /^websocket\.tls\.ca has no PEM certif/],
  [{ credentials: 777_123 }, /^credentials is a number: write an object, or a function that /],
  [{ credentials: { headers: 777_123 } }, /^credentials\.headers is a number: write an object/],
  [{ credentials: { headers: { a: 777_123 } } }, /^credentials\.headers\.a is a number: write /],
  [{ credentials: { authToken: 777_123 } }, /^credentials\.authToken is a number: write text$/],
  [{ headers: { a: 777_123 } }, /^headers\.a is a number: write text$/],
  [{ outbox: { keyField: '__proto__' } }, /^outbox\.keyField is __proto__, which every object has/],
  [{ websocket: { tls: { cert: 'x', key: 'y' } } }, /^websocket\.tls is refused by Node: .*PEM/],
  [
    { websocket: { tls: { minVersion: 'TLSv1.3', maxVersion: 'SSLv1' } } },
    /^websocket\.tls is refused by Node: .*"SSLv1" is not a valid maximum TLS protocol version/,
  ],
  [
    { telemetry: 'stdout' },
    /^telemetry is a string: write an object with a method fact, or a list/,
  ],
  [{ telemetry: [{}] }, /^telemetry is an object: write an object with a method fact, or a list/],
  [{ reconect: false }, /^there is no option reconect: choose from url, params, /],
  [{ toString: false }, /^there is no option toString: choose from /],
  [{ reconnect: { constructor: 1 } }, /^there is no option reconnect\.constructor: choose from /],
];

describe('start refuses', () => {
  test.each(BAD)('%j', (options, message) => {
    const worker = new Worker();
    const all = { url: 'ws://phoenix/socket', transports, ...options };

    expect(() => worker.start(all as ClientOptions)).toThrow(
      expect.objectContaining({ code: 'PHX_BAD_OPTION', message: expect.stringMatching(message) }),
    );
  });

  test.each([null, 5, 'ws://phoenix/socket'])('%j in the place of the options', (options) => {
    expect(() => new Worker().start(options as ClientOptions)).toThrow(
      expect.objectContaining({
        code: 'PHX_BAD_OPTION',
        message: expect.stringMatching(/^options is (null|5|a string): write an object$/),
      }),
    );
  });

  test('a header by its name, never by its value', () => {
    const headers = { 'x-token': ['secret'] } as unknown as { [name: string]: string };

    expect(() => new Worker().start({ url: 'ws://phoenix/socket', headers })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('secret') }),
    );
  });
});

test('a passphrase that is no text is in no message', () => {
  const websocket = { tls: { key: 'x', passphrase: 31_337 } } as unknown as WebSocketOptions;

  expect(() => new Worker().start({ url: 'wss://phoenix/socket', websocket })).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('31337') }),
  );
});

describe('join refuses', () => {
  test.each<[object | null, RegExp]>([
    [
      { concurrency: 3 },
      /^rejoin\.concurrency is for all joins of a socket, not for one topic: give it to start$/,
    ],
    [{ closd: false }, /^there is no option rejoin\.closd: choose from min, .*, unauthorized$/],
    [{ refused: 1.5 }, /^rejoin\.refused is 1\.5: write a whole number of at least 0, or false$/],
    [null, /^rejoin is null: write an object, a function, or false$/],
  ])('a policy of %j', async (rejoin, message) => {
    await using sim = await simulate(new SimulatedWorker());
    const options = { rejoin } as JoinOptions;

    expect(() => sim.worker.join('room:1', {}, options)).toThrow(
      expect.objectContaining({ code: 'PHX_BAD_OPTION', message: expect.stringMatching(message) }),
    );
    expect(sim.client.status.channels.size).toBe(0);
  });
});

describe('start takes', () => {
  test.each<[ClientOptions]>([
    [{ url: new URL('https://phoenix/socket/websocket') }],
    [{ reconnect: false, rejoin: false, outbox: false, heartbeat: false }],
    [{ reconnect: { delays: ['1s', 2000], attempts: 3, jitter: 'none' } }],
    [{ timeouts: { join: '2m' }, websocket: { maxPayload: '1MiB' } }],
    [{ maxChannelsPerSocket: false, rejoin: { concurrency: false } }],
    [{ inbox: { messages: 1, whenFull: 'disconnect' }, timeouts: { call: '1m' } }],
    [{ reconnect: { verdicts: { 4001: 'fatal', 404: 'later', CERT_HAS_EXPIRED: 'fatal' } } }],
    [{ reconnect: () => null, rejoin: () => '5s' }],
    [{ maxChannelsPerSocket: 1, maxSockets: 1, serializer: 'v1' }],
    [{ params: { a: 1, b: { c: [1, 2] }, d: null }, headers: { 'x-a': 'b' } }],
    [{ credentials: { authToken: 'token' }, telemetry: [] }],
  ])('%j', async (options) => {
    const all = { url: 'ws://phoenix/socket', transports, ...options };
    await using client = new Worker().start(all);
    expect(client.status).toMatchObject({ state: 'disconnected', attempt: 0, close: null });
  });
});
