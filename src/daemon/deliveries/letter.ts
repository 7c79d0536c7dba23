/** Events as a webhook gets them: CloudEvents in one of the two modes of their HTTP binding. */

import { binaryCloudEventOf, cloudEventText } from '../inbox/cloud-event.js';
import type { InboxEvent } from '../inbox/event.js';
import type { Letter } from './webhook-sender.js';

export const STRUCTURED = { 'content-type': 'application/cloudevents+json; charset=utf-8' };

export function letterOf(event: InboxEvent, mode: 'structured' | 'binary', source: string): Letter {
  const { id } = event;
  if (mode === 'binary') return { id, ...binaryCloudEventOf(event, source) };
  return { id, headers: STRUCTURED, body: cloudEventText(event, source) };
}
