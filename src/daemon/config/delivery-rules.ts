/** The deliveries' own rules: each key is given to what a delivery makes of it, and what that refuses is said of the key. */

import { bytes } from '../../policy/duration.js';
import { requireAtLeast } from '../../policy/requirements.js';
import type { DeliveryConfig, WebhookConfig } from './delivery-schema.js';
import type { Path } from './origin.js';
import { type Found, refusal } from './refusal.js';
import type { Config } from './schema.js';
import { webhookRule } from './webhook-rule.js';

export function deliveryRules({ deliver = {} }: Config): readonly Found[] {
  return Object.entries(deliver).flatMap(([name, each]) => rulesOf(['deliver', name], each));
}

function rulesOf(path: Path, delivery: DeliveryConfig): readonly Found[] {
  if ('webhook' in delivery) return webhookRules(path, delivery);
  const rotate = 'file' in delivery ? delivery.rotate : undefined;
  if (rotate === undefined) return [];
  return refusal([...path, 'rotate'], () => {
    requireAtLeast('rotate', bytes('rotate', rotate), 1);
  });
}

/** Key by key, so that all is said at once; headers one by one. The address has rules of its own. */
function webhookRules(
  path: Path,
  { webhook, headers = {}, ...others }: WebhookConfig,
): readonly Found[] {
  const keys = Object.entries(others).flatMap(([key, value]) =>
    refusal([...path, key], () => webhookRule(null, { webhook: PLAIN, [key]: value })),
  );
  const lines = Object.entries(headers).flatMap(([header, value]) =>
    refusal([...path, 'headers', header], () =>
      webhookRule(null, { webhook: PLAIN, headers: { [header]: value } }),
    ),
  );
  return [...keys, ...lines];
}

/** Any that is right. */
const PLAIN = 'http://localhost/';
