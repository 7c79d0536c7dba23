/** The doctor's table: by what was seen, the likely cause and the remedy. */

import type { Problem, Step } from './finding.js';

const PATH =
  'use the path of `socket "/path"` in the server\'s endpoint; the client adds /websocket itself';
const PROXY_UPGRADE =
  'let every proxy on the way pass the upgrade on (nginx: proxy_http_version 1.1, and the headers Upgrade and Connection)';
const TRUST =
  'install the whole chain on the server; for an authority of your own start with NODE_EXTRA_CA_CERTS=ca.pem, or give websocket.tls.ca';
const OVERLOADED: Problem = {
  cause: 'the server or a proxy before it is overloaded, or counts the dials of one client',
  remedy: 'dial again after the time of Retry-After, and with fewer clients at once',
  exit: 'temporary',
};
const GATEWAY: Problem = {
  cause: 'a proxy answered, and got nothing from the Phoenix server behind it',
  remedy: 'look whether the server runs and where the proxy leads to',
  exit: 'unavailable',
};
const NO_ROUTE: Problem = {
  cause: 'there is no way from this machine to that address',
  remedy: 'look at the network, the VPN and the firewall of this machine',
  exit: 'unavailable',
};
const UNKNOWN_AUTHORITY: Problem = {
  cause:
    'the certificate was signed by an authority that this machine does not know, or the chain is incomplete',
  remedy: TRUST,
  exit: 'noPermission',
};
const SELF_SIGNED: Problem = {
  cause: 'the certificate is self-signed',
  remedy:
    'use one of a public authority; or start with NODE_EXTRA_CA_CERTS=that.pem, or give websocket.tls.ca',
  exit: 'noPermission',
};
const NOT_TLS: Problem = {
  cause: 'what listens there does not speak TLS',
  remedy: 'use ws instead of wss, or the port where TLS is spoken (Phoenix: the https port)',
  exit: 'protocol',
};
const NO_AGREEMENT: Problem = {
  cause:
    'the TLS handshake failed: no version or cipher in common, or the server wants a client certificate',
  remedy:
    'look which TLS versions the server allows, and whether it wants a certificate (websocket.tls)',
  exit: 'protocol',
};
const NOT_HTTP: Problem = {
  cause: 'what listens there does not speak HTTP, or speaks TLS where the URL is ws',
  remedy: 'look at the port; use wss instead of ws where TLS is spoken',
  exit: 'protocol',
};

/** By HTTP status of the upgrade; `2xx` and its like stand for those that are not named. */
export const BY_STATUS: { readonly [status: string]: Problem } = {
  '2xx': {
    cause: 'a web page, a proxy or a load balancer answered in place of Phoenix',
    remedy: PATH,
    exit: 'protocol',
  },
  '3xx': {
    cause: 'the address has moved, often from http to https, or a log-in page is before it',
    remedy: 'use the address that it leads to, with wss if that is https',
    exit: 'unavailable',
  },
  '400': {
    cause: 'the request that came was no upgrade any more: a proxy dropped its headers',
    remedy: PROXY_UPGRADE,
    exit: 'protocol',
  },
  '401': {
    cause:
      "the application's own error handler refused the credentials, which are missing, wrong or expired",
    remedy: 'give a fresh token by --auth-token-file or --param, as the server expects it',
    exit: 'noPermission',
  },
  '403': {
    cause:
      'connect/3 returned :error, check_origin refused the Origin header, or the server does not speak this vsn',
    remedy:
      'check the token and params that connect/3 wants (of headers it sees x-* only), send no Origin header, and see the line vsn',
    exit: 'noPermission',
  },
  '404': {
    cause: 'no socket is mounted at that path, or it has websocket: false',
    remedy: PATH,
    exit: 'unavailable',
  },
  '407': {
    cause: 'a proxy wants to know who asks',
    remedy: 'give user and password in its address, or except this host by NO_PROXY',
    exit: 'noPermission',
  },
  '426': {
    cause:
      'the server wants another protocol, or a proxy speaks HTTP/2 where an upgrade needs HTTP/1.1',
    remedy: PROXY_UPGRADE,
    exit: 'protocol',
  },
  '429': OVERLOADED,
  '4xx': {
    cause: 'a proxy or the application refused the request',
    remedy: 'the body and the server header say who it was: look at its log',
    exit: 'unavailable',
  },
  '500': {
    cause: 'connect/3 raised, or the auth token could not be decoded',
    remedy: "look at the server's log",
    exit: 'unavailable',
  },
  '502': GATEWAY,
  '503': OVERLOADED,
  '504': GATEWAY,
  '5xx': {
    cause: 'the server or a proxy before it failed',
    remedy: 'look at its log',
    exit: 'unavailable',
  },
};

/** By the code of Node, OpenSSL or the HTTP parser. */
export const BY_CODE: { readonly [code: string]: Problem } = {
  ENOTFOUND: {
    cause: 'no such host name, here',
    remedy: 'look for a misspelling; inside of Docker or a VPN names differ',
    exit: 'unavailable',
  },
  EAI_AGAIN: {
    cause: 'the name server does not answer',
    remedy: 'look whether this machine has a network and a name server; then try again',
    exit: 'temporary',
  },
  ECONNREFUSED: {
    cause: 'nobody listens on that port',
    remedy:
      'start the server, look at its port, and whether it listens on that address (not on 127.0.0.1 only)',
    exit: 'unavailable',
  },
  ETIMEDOUT: {
    cause: 'a firewall drops the packets, or the host is down',
    remedy: 'look at firewalls and security groups between here and there',
    exit: 'temporary',
  },
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  ECONNRESET: {
    cause:
      'the connection was cut without an answer: by a firewall, a proxy, or for ws where TLS is spoken',
    remedy: 'try wss in place of ws, or ws in place of wss; look at the log of what listens there',
    exit: 'unavailable',
  },
  CERT_HAS_EXPIRED: {
    cause: 'the certificate has expired',
    remedy: "renew it on the server; if it is not, this machine's clock is wrong",
    exit: 'noPermission',
  },
  CERT_NOT_YET_VALID: {
    cause: 'the certificate is not valid yet',
    remedy: 'look at the clocks of this machine and of the server',
    exit: 'noPermission',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    cause: 'the certificate is for other names than the one in the URL',
    remedy: 'use one of its names in the URL, or a certificate that has this one',
    exit: 'noPermission',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: SELF_SIGNED,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  ERR_SSL_WRONG_VERSION_NUMBER: NOT_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NOT_TLS,
  'ERR_SSL_*': NO_AGREEMENT,
  EPROTO: NO_AGREEMENT,
  'HPE_*': NOT_HTTP,
};

/** By what no library gives a code to. */
export const BY_SIGN = {
  other: {
    cause: 'the connection failed in a way that is not known here',
    remedy: 'look the code up at nodejs.org/api/errors.html',
    exit: 'unavailable',
  },
  'bad url': {
    cause: 'no Phoenix socket can have that address',
    remedy: 'give the URL that phoenix.js is given, such as wss://example.com/socket',
    exit: 'usage',
  },
  'bad token': {
    cause: 'the auth token cannot travel as a subprotocol',
    remedy: 'give the token as it was issued, or send it by --param',
    exit: 'data',
  },
  'bad handshake': {
    cause:
      'the server agreed to the upgrade, but not as RFC 6455 wants it: a proxy, or no WebSocket server',
    remedy: PROXY_UPGRADE,
    exit: 'protocol',
  },
  proxy: {
    cause: 'the proxy refused, or it cannot be reached',
    remedy: 'look at HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, and at its log',
    exit: 'unavailable',
  },
  'token not taken': {
    cause: "the server's socket does not have auth_token: true, so it chose no subprotocol",
    remedy: 'set auth_token: true on the socket (Phoenix 1.8), or send the token by --param',
    exit: 'config',
  },
  'other vsn only': {
    cause: 'the server speaks the other version only: another serializer is configured there',
    remedy: 'choose the accepted one with --vsn, and in the client by serializer',
    exit: 'config',
  },
  'no vsn': {
    cause: 'both versions are refused alike, so it is hardly the version',
    remedy: 'look at connect/3 and check_origin',
    exit: 'noPermission',
  },
  'not phoenix': {
    cause: 'the answer is no Phoenix message of this version: another serializer, or no Phoenix',
    remedy: 'try the other --vsn; look whether a Phoenix socket is mounted at that path',
    exit: 'protocol',
  },
  'closed early': {
    cause: 'the server or a proxy ended the connection in the middle of it',
    remedy:
      '1011: the server failed, see its log; 1006: a proxy or a crash; 1001, 1012: it is shutting down',
    exit: 'unavailable',
  },
  'unmatched topic': {
    cause: "no `channel` of the server's socket matches the topic",
    remedy: 'look for a misspelling; a pattern like room:* matches room:1 and not rooms:1',
    exit: 'noPermission',
  },
  'join crashed': {
    cause: 'join/3 raised, exited or returned what it may not',
    remedy: "look at the server's log; often --params lacks what join/3 expects",
    exit: 'noPermission',
  },
  'join refused': {
    cause: 'join/3 answered {:error, …}, for the reason in the response',
    remedy: 'give what it asks for by --params, or credentials that may join',
    exit: 'noPermission',
  },
  'too many channels joined': {
    cause: 'the socket has as many channels as max_channels_per_transport allows',
    remedy: 'raise it on the server; this client opens further sockets by itself',
    exit: 'config',
  },
} as const satisfies { readonly [sign: string]: Problem };

/** By the step that took longer than `--timeout`. */
export const BY_LATE_STEP = {
  dns: {
    cause: 'the name server does not answer',
    remedy: 'look at the network of this machine; raise --timeout if it is slow',
    exit: 'temporary',
  },
  tcp: {
    cause: 'a firewall drops the packets, or the host is down',
    remedy: 'look at firewalls and security groups between here and there',
    exit: 'temporary',
  },
  tls: {
    cause: 'what listens there does not speak TLS, or it is overloaded',
    remedy: 'use ws instead of wss where TLS is not spoken; else look at the load of the server',
    exit: 'temporary',
  },
  upgrade: {
    cause: 'the request was taken and never answered: connect/3 waits, or a proxy holds it back',
    remedy:
      'look at what connect/3 waits for; in development the first request may compile: raise --timeout',
    exit: 'temporary',
  },
  vsn: {
    cause: 'the second dial was not answered, though the first one was',
    remedy: 'look whether the server or a proxy limits the dials of one client; raise --timeout',
    exit: 'temporary',
  },
  heartbeat: {
    cause: 'frames do not come through, or the server does not speak this vsn',
    remedy: 'look whether a proxy holds frames back; try the other --vsn',
    exit: 'temporary',
  },
  join: {
    cause: 'join/3 takes long; until it is done its whole socket reads nothing',
    remedy: 'look at what join/3 waits for; raise --timeout if it may take that long',
    exit: 'temporary',
  },
  close: {
    cause: 'the server does not answer a leave or a Close frame',
    remedy: 'look whether a proxy drops Close frames',
    exit: 'temporary',
  },
} as const satisfies { readonly [S in Step]?: Problem };
