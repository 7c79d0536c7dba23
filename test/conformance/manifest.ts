/** Every recorded scenario, and what it can be used for. */

/**
 * `client`: a correct client says exactly this. `raw`: replayed by a raw socket. `live`: may be run against a real
 * server. `longpoll`: requests and answers, which have a test of their own.
 */
export type Tag = 'client' | 'raw' | 'live' | 'longpoll';

export type Scenario = {
  readonly tags: readonly Tag[];
  /** Who ends the connection: by default the client; the server by itself; or somebody shuts the server down. */
  readonly ends?: 'server' | 'shutdown';
  /** The server goes on sending, so how much is heard before the end is chance. */
  readonly endless?: true;
  /** Why it is not for every use. */
  readonly why?: string;
};

const everywhere: Scenario = { tags: ['client', 'raw', 'live'] };
const serverEnds: Scenario = { ...everywhere, ends: 'server' };

/** What the others said is in others.ts; nobody says it to a real server. */
const amongOthers: Scenario = { tags: ['client', 'raw'], why: 'other sockets take part' };

const longPoll: Scenario = { tags: ['longpoll'], why: 'no WebSocket takes part' };

export const manifest: { readonly [scenario: string]: Scenario } = {
  'connect-auth-token': everywhere,
  'connect-auth-token-expired': everywhere,
  'connect-denied': everywhere,
  'connect-not-found': everywhere,
  'connect-unauthorized': everywhere,
  'longpoll-denied': longPoll,
  'longpoll-session': longPoll,
  'v1-join-push-reply': rawOnly('a client sends join_ref on version 1 as well'),
  'v1-join-ref': everywhere,
  'v1-no-vsn': rawOnly('a client always says its vsn'),
  'v1-null-refs': rawOnly('a client gives every push a ref'),
  'v1-numbers': {
    ...rawOnly('a client sends join_ref on version 1 as well'),
    endless: true,
  },
  'v1-presence': rawOnly('a client sends join_ref on version 1 as well'),
  'v2-bad-vsn': rawOnly('a client has no serializer of that version'),
  'v2-binary': everywhere,
  'v2-burst': everywhere,
  'v2-channel-crash': rawOnly('a client pushes nothing to a crashed channel'),
  'v2-channel-stop-error': everywhere,
  'v2-channel-stop-normal': everywhere,
  'v2-channel-stop-shutdown': everywhere,
  'v2-compressed-socket': everywhere,
  'v2-disconnect-broadcast': serverEnds,
  'v2-duplicate-join': rawOnly('a client does not push under a join_ref that it has replaced'),
  'v2-heartbeat': everywhere,
  'v2-idle-timeout': serverEnds,
  'v2-integer-refs': rawOnly('a client sends strings'),
  'v2-join-crash': everywhere,
  'v2-join-denied': everywhere,
  'v2-join-push-reply': everywhere,
  'v2-join-response': everywhere,
  'v2-join-unmatched': everywhere,
  'v2-join-wrong-subtopic': everywhere,
  'v2-leave': everywhere,
  'v2-leave-unjoined': rawOnly('a client leaves only what it has joined'),
  'v2-lobby': everywhere,
  'v2-malformed-array': { ...rawOnly('a client sends five elements'), ends: 'server' },
  'v2-malformed-json': { ...rawOnly('a client sends JSON'), ends: 'server' },
  'v2-null-refs': rawOnly('a client gives every join and push a ref'),
  'v2-numbers': { ...everywhere, endless: true },
  'v2-object-on-v2': { ...rawOnly('a client speaks the version it asked for'), ends: 'server' },
  'v2-out-of-order-replies': everywhere,
  'v2-payload-not-object': everywhere,
  'v2-presence': amongOthers,
  'v2-presence-two-metas': amongOthers,
  'v2-push-stale-join-ref': rawOnly('a client pushes under its current join_ref'),
  'v2-push-unjoined': rawOnly('a client pushes only to what it has joined'),
  'v2-server-push-and-broadcast': everywhere,
  'v2-server-shutdown': { tags: ['client', 'raw'], ends: 'shutdown', why: 'ends the server' },
  'v2-transport-killed': serverEnds,
  'v2-unicode': everywhere,
};

/** The scenarios with a tag, by name. */
export function tagged(tag: Tag): readonly string[] {
  return Object.keys(manifest).filter((name) => manifest[name]?.tags.includes(tag) === true);
}

function rawOnly(why: string): Scenario {
  return { tags: ['raw', 'live'], why };
}
