/** Who may ask a listener: no other site's pages in a browser, and only with the token, if there is one. */

import { isLoopback } from './place.js';
import { problem, type Problem } from './problem.js';
import type { TokenCheck } from './token.js';

export type GateTerms = {
  /** Null: none is asked for. */
  readonly token: TokenCheck | null;
  /**
   * Whether the host must be a name of the loopback interface: a page whose own name was made to point here (DNS rebinding) is of
   * the same origin, and only its `Host` gives it away. Who needs a token, or a Unix socket, is safe from that.
   */
  readonly loopbackOnly: boolean;
  /** Whether a link of another site may lead here: only where nothing is changed by reading, as a pull does. */
  readonly linkable: boolean;
};

const READS = ['GET', 'HEAD'];
/** Another port of the same host is the same site, and may be anybody's. */
const OWN_SITES = ['same-origin', 'none'];

export class Gate {
  readonly #terms: GateTerms;

  constructor(terms: GateTerms) {
    this.#terms = terms;
  }

  /** Null: it may pass. */
  async refusal(request: Request): Promise<Problem | null> {
    const { token, loopbackOnly, linkable } = this.#terms;
    const url = new URL(request.url);
    if (loopbackOnly && !isLoopback(url.hostname)) return foreignHost();
    if (!isReadable(url.pathname)) return unreadable();
    if (isFromElsewhere(request.headers, url) && !(linkable && isLink(request))) return crossSite();
    return token === null ? null : token.refusal(request.headers);
  }
}

/** Only browsers send these two, and no page can change them. */
function isFromElsewhere(headers: Headers, url: URL): boolean {
  const site = headers.get('sec-fetch-site') ?? 'none';
  if (!OWN_SITES.includes(site)) return true;
  const origin = headers.get('origin');
  return origin !== null && hostOf(origin) !== url.host;
}

/** Followed by a person, to a page that fills the window: in a frame it would be another site's. */
function isLink({ method, headers }: Request): boolean {
  return READS.includes(method) && headers.get('sec-fetch-dest') === 'document';
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function foreignHost(): Problem {
  const detail = 'without a token only localhost is answered: name it so, or set a tokenFile';
  return problem('API_FOREIGN_HOST', detail);
}

function crossSite(): Problem {
  return problem('API_CROSS_SITE', 'a page of another site may ask nothing here');
}

function unreadable(): Problem {
  return problem('API_BAD_REQUEST', 'the path is not percent-encoded UTF-8: encode it so');
}
