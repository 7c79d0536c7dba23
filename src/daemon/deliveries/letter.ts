/** Events as a webhook gets them: CloudEvents in one of the two modes of their HTTP binding. */

import {
  binaryCloudEventOf,
  type CloudEvent,
  cloudEventText,
  inBinaryMode,
} from '../inbox/cloud-event.js';
import type { InboxEvent } from '../inbox/event.js';
import type { Letter } from './webhook-sender.js';

export type Mode = 'structured' | 'binary';

const STRUCTURED = { 'content-type': 'application/cloudevents+json; charset=utf-8' };

export function letterOf(event: InboxEvent, mode: Mode, source: string): Letter {
  const { id } = event;
  if (mode === 'binary') return { id, ...binaryCloudEventOf(event, source) };
  return { id, headers: STRUCTURED, body: cloudEventText(event, source) };
}

/** Of an event that was written down. */
export function storedLetterOf(event: CloudEvent, mode: Mode): Letter {
  const { id } = event;
  if (mode === 'binary') return { id, ...inBinaryMode(event) };
  return { id, headers: STRUCTURED, body: JSON.stringify(event) };
}
