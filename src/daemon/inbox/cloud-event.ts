/** An event as others are told it: CloudEvents 1.0 in JSON, or in the headers of a request. */

import { isBytes, viewOf } from '../../protocol/bytes.js';
import type { EventKind, InboxEvent } from './event.js';

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
export type CloudEvent = {
  readonly specversion: '1.0';
  readonly id: string;
  /** The address of the socket, without what is secret of it. */
  readonly source: string;
  readonly type: string;
  /** The topic; missing: it concerns all of them. */
  readonly subject?: string;
  readonly time: string;
  readonly datacontenttype: 'application/json' | 'application/octet-stream';
  readonly data?: unknown;
  readonly data_base64?: string;
  readonly phxepoch: string;
  readonly phxseq: number;
  readonly phxgap: boolean;
};

/** CloudEvents in binary mode: attributes as headers, the payload as body. */
export type BinaryCloudEvent = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
};

/** Of the sidecar's own events: a server's event named `gap` is `phx.gap`. */
const OWN_TYPES = {
  gap: 'sidecar.gap',
  presence: 'sidecar.presence',
  state: 'sidecar.state',
} as const satisfies Record<Exclude<EventKind, 'message'>, string>;

/** As the HTTP binding of CloudEvents has it (3.1.3.2): space, quote, percent, and all that is not printable ASCII. */
const ENCODED = /[^\x21\x23\x24\x26-\x7e]/gu;
/** Half of a pair has no UTF-8. */
const HALF_PAIR = /\p{Surrogate}/gu;
const NO_CHARACTER = '\u{fffd}';

export function cloudEventOf(event: InboxEvent, source: string): CloudEvent {
  const { payload } = event;
  const context = contextOf(event, source);
  return isBytes(payload)
    ? {
        ...context,
        datacontenttype: 'application/octet-stream',
        data_base64: Buffer.from(viewOf(payload)).toString('base64'),
      }
    : { ...context, datacontenttype: 'application/json', data: payload ?? null };
}

/** One line, so it is one of NDJSON, too: JSON writes line breaks as escapes. */
export function cloudEventText(event: InboxEvent, source: string): string {
  return JSON.stringify(cloudEventOf(event, source));
}

export function binaryCloudEventOf(event: InboxEvent, source: string): BinaryCloudEvent {
  const { payload } = event;
  const isBinary = isBytes(payload);
  const headers: Record<string, string> = {
    'content-type': isBinary ? 'application/octet-stream' : 'application/json',
  };
  for (const [name, value] of Object.entries(contextOf(event, source))) {
    headers[`ce-${name}`] = headerText(String(value));
  }
  const body = isBinary ? viewOf(payload) : JSON.stringify(payload ?? null);
  return { headers, body };
}

function cloudEventType({ kind, event }: Pick<InboxEvent, 'kind' | 'event'>): string {
  return kind === 'message' ? `phx.${event}` : OWN_TYPES[kind];
}

function contextOf(event: InboxEvent, source: string) {
  const { id, topic, time, seq, afterGap } = event;
  return {
    specversion: '1.0' as const,
    id,
    source,
    type: cloudEventType(event),
    ...(topic !== null && { subject: topic }),
    time: new Date(time).toISOString(),
    phxepoch: id.slice(0, id.indexOf('-')),
    phxseq: seq,
    phxgap: afterGap,
  };
}

function headerText(value: string): string {
  return value.replace(HALF_PAIR, NO_CHARACTER).replace(ENCODED, encodeURIComponent);
}
