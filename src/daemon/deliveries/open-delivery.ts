/** Makes a delivery of its configuration. */

import { bytes } from '../../policy/duration.js';
import type { DeliveryConfig } from '../config/delivery-schema.js';
import { eventFilter } from '../inbox/event-filter.js';
import type { Cursor, CursorTerms } from '../inbox/event-log.js';
import type { InboxEvent } from '../inbox/event.js';
import { requireCockatiel } from './cockatiel.js';
import type { Delivery } from './delivery.js';
import { FileSink } from './file-sink.js';
import { LineDelivery } from './line-delivery.js';
import type { LineSink } from './line-sink.js';
import type { DeliveryParts } from './parts.js';
import { StdoutSink } from './stdout-sink.js';
import { requireUndici } from './undici.js';
import { WebhookDelivery } from './webhook-delivery.js';
import { webhookRule } from '../config/webhook-rule.js';

/** A delivery that can be opened: once, when no other of its name is. `start` it then. */
export type PlannedDelivery = { readonly open: () => Delivery };

/** Checks all of it, and opens nothing yet. Throws `PHX_BAD_OPTION` and `PHX_MISSING_DEPENDENCY`. */
export function plannedDelivery(
  name: string,
  config: DeliveryConfig,
  parts: DeliveryParts,
): PlannedDelivery {
  const wants = wantsOf(name, config);
  const cursor = (order: CursorTerms['order']): Cursor =>
    parts.log.cursor(name, { wants, order, lasting: true });
  if ('webhook' in config) {
    const rule = webhookRule(name, config);
    requireUndici();
    requireCockatiel();
    return { open: () => new WebhookDelivery(name, rule, cursor(rule.order), parts) };
  }
  const sink = sinkOf(name, config, parts);
  return { open: () => new LineDelivery(name, sink, cursor('none'), parts) };
}

/** Whether a state changed is for streams alone. */
function wantsOf(name: string, config: DeliveryConfig): (event: InboxEvent) => boolean {
  const isAsked = eventFilter(config);
  return (event) => event.kind !== 'state' && event.routes.includes(name) && isAsked(event);
}

function sinkOf(
  name: string,
  config: Exclude<DeliveryConfig, { webhook: string }>,
  { stdout }: DeliveryParts,
): LineSink {
  if ('stdout' in config) return new StdoutSink(stdout);
  const { rotate } = config;
  const size = rotate === undefined ? null : bytes(`deliver.${name}.rotate`, rotate);
  return new FileSink(config.file, size);
}
