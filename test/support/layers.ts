/** The drawing of the layers as a table: who may import whom, and which strangers. */

/** Every folder and every file of src itself, from the bottom up, and what it may import. */
export const MAY_IMPORT: { readonly [layer: string]: string } = {
  clock: '',
  deadline: '',
  errors: 'protocol(types)',
  protocol: '',
  policy: 'protocol(types)',
  telemetry: 'protocol(types) policy(types)',
  transport: 'protocol policy(types)',
  channel: 'protocol policy telemetry',
  store: 'policy channel(types)',
  sockets: 'protocol policy telemetry transport channel',
  contract: 'protocol(types) channel(types) sockets(types)',
  client: 'protocol policy telemetry transport channel sockets contract',
  awaitable: 'protocol policy telemetry transport channel sockets contract',
  worker: 'protocol policy telemetry transport channel sockets contract client',
  charts: 'protocol policy telemetry transport channel sockets',
  index: 'protocol policy telemetry transport channel sockets contract client worker awaitable',
  testing:
    'protocol policy telemetry transport channel sockets contract client worker awaitable index',
  'daemon/config':
    'protocol policy telemetry transport channel sockets contract client worker awaitable index store',
  'daemon/inbox': 'protocol policy index(types) store daemon/config(types)',
  'daemon/metrics': 'telemetry',
  'daemon/sidecar':
    'protocol policy telemetry transport channel sockets contract client worker awaitable index daemon/config(types) daemon/inbox daemon/metrics',
  'daemon/pushes': 'policy index daemon/sidecar(types)',
  'daemon/deliveries':
    'policy telemetry index(types) daemon/config daemon/inbox daemon/pushes(types) daemon/metrics(types)',
  'daemon/listeners': 'policy telemetry worker index daemon/config(types) daemon/metrics(types)',
  'daemon/api':
    'policy telemetry index daemon/config daemon/inbox daemon/sidecar(types) daemon/pushes daemon/deliveries(types) daemon/listeners daemon/metrics(types)',
  'daemon/admin':
    'policy telemetry worker index daemon/config daemon/inbox(types) daemon/sidecar(types) daemon/pushes(types) daemon/deliveries(types) daemon/listeners daemon/metrics daemon/api',
  daemon:
    'protocol policy telemetry transport channel sockets contract client worker awaitable index store testing daemon/config daemon/inbox daemon/metrics daemon/sidecar daemon/pushes daemon/deliveries daemon/listeners daemon/api daemon/admin',
  cli: 'protocol policy telemetry transport channel sockets contract client worker awaitable index testing daemon daemon/config daemon/inbox daemon/pushes daemon/deliveries daemon/listeners',
};
export const ANYONE_MAY_IMPORT = ['clock', 'deadline', 'errors', 'thenable'];

/** Who may import what is not ours: a file, a folder ending in `/`, or any file that ends so. */
export const THIRD_PARTIES: { readonly [name: string]: readonly string[] } = {
  '@hono': ['daemon/listeners/', 'daemon/api/', 'daemon/admin/'],
  'classic-level': ['store/classic-level.ts'],
  cockatiel: ['daemon/deliveries/'],
  commander: ['cli/commander.ts'],
  // Itself, by its own name.
  'gen-socket-client': ['cli/version.ts'],
  hono: ['daemon/listeners/', 'daemon/api/', 'daemon/admin/'],
  'https-proxy-agent': ['transport/'],
  pino: ['daemon/process-log.ts'],
  'prom-client': ['telemetry/prom-client.ts'],
  undici: ['transport/', 'daemon/deliveries/'],
  ws: ['transport/ws-transport.ts', 'testing/'],
  xstate: [
    '*.machine.ts',
    'sockets/socket.ts',
    'channel/life.ts',
    'charts.ts',
    'telemetry/inspector.ts',
  ],
  yaml: ['daemon/config/'],
  zod: ['daemon/config/', 'daemon/api/'],
};
export const BARRELS = [
  'index.ts',
  'charts.ts',
  'store.ts',
  'telemetry.ts',
  'testing/index.ts',
  'daemon/index.ts',
];
export const WITHOUT_NODE = ['protocol', 'policy'];
