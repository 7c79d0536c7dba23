/** Where a dial goes when its upgrade is answered with a redirect, and what it may carry there. */

/** One request of a dial: the first one, or one that a redirect led to. */
export type Hop = {
  readonly target: URL;
  readonly headers: { readonly [name: string]: string };
  readonly protocols: readonly string[];
  /** How many redirects led here. */
  readonly followed: number;
};

export type Redirect =
  | { readonly kind: 'none' }
  | { readonly kind: 'follow'; readonly hop: Hop }
  | { readonly kind: 'refuse'; readonly why: string };

export type RedirectAnswer = {
  readonly status: number;
  readonly location: string | undefined;
};

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

const SCHEMES: { readonly [from: string]: string } = {
  'http:': 'ws:',
  'https:': 'wss:',
  'ws:': 'ws:',
  'wss:': 'wss:',
};

/** `limit` counts the redirects of the whole dial, so that a loop ends there too. */
export function redirectFrom(hop: Hop, answer: RedirectAnswer, limit: number): Redirect {
  const { status, location } = answer;
  if (!REDIRECTS.has(status) || location === undefined) return { kind: 'none' };
  if (hop.followed >= limit) return refuse(`websocket.redirects is ${limit}`);
  const target = targetOf(hop.target, location);
  if (target === null) return refuse('its location is no WebSocket address');
  if (isSecure(hop.target) && !isSecure(target)) return refuse('it leads from wss to ws');
  return { kind: 'follow', hop: hopTo(hop, target) };
}

function refuse(why: string): Redirect {
  return { kind: 'refuse', why: `redirect not followed: ${why}` };
}

function targetOf(from: URL, location: string): URL | null {
  if (!URL.canParse(location, from.href)) return null;
  const target = new URL(location, from);
  const scheme = SCHEMES[target.protocol];
  if (scheme === undefined) return null;
  target.protocol = scheme;
  target.hash = '';
  return target;
}

function isSecure(url: URL): boolean {
  return url.protocol === 'wss:' || url.protocol === 'https:';
}

/**
 * What the caller gave is for the host that the caller named: on another one headers, token and password
 * are gone, also if a later redirect leads back. The query is whatever the redirecting server wrote.
 */
function hopTo(hop: Hop, target: URL): Hop {
  const followed = hop.followed + 1;
  if (target.host !== hop.target.host) return { target, headers: {}, protocols: [], followed };
  if (target.username === '' && target.password === '') {
    target.username = hop.target.username;
    target.password = hop.target.password;
  }
  return { ...hop, target, followed };
}
