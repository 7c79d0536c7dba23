/** Makes a delivery of its configuration. */

import { bytes } from '../../policy/duration.js';
import type { DeliveryConfig } from '../config/delivery-schema.js';
import { eventFilter } from '../inbox/event-filter.js';
import type { Cursor, CursorTerms } from '../inbox/event-log.js';
import type { InboxEvent } from '../inbox/event.js';
import type { Delivery } from './delivery.js';
import { FileSink } from './file-sink.js';
import { LineDelivery } from './line-delivery.js';
import type { LineSink } from './line-sink.js';
import type { DeliveryParts } from './parts.js';
import { StdoutSink } from './stdout-sink.js';
import { WebhookDelivery } from './webhook-delivery.js';
import { webhookRule } from './webhook-rule.js';

/** Opens its cursor, too; `start` it. Throws `PHX_BAD_OPTION` and `PHX_MISSING_DEPENDENCY`. */
export function openDelivery(name: string, config: DeliveryConfig, parts: DeliveryParts): Delivery {
  const cursor = (order: CursorTerms['order']): Cursor =>
    parts.log.cursor(name, { wants: wantsOf(name, config), order, lasting: true });
  if ('webhook' in config) {
    const rule = webhookRule(name, config);
    return new WebhookDelivery(name, rule, cursor(rule.order), parts);
  }
  return new LineDelivery(name, sinkOf(name, config, parts), cursor('none'), parts);
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
