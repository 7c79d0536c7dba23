/** What the doctor was asked to look at. */

import type { Params } from '../../protocol/params.js';
import type { Serializer } from '../../protocol/serializer.js';
import type { Limits } from './attempt.js';
import type { Secrets } from './secrets.js';

export type Visit = {
  readonly url: string;
  readonly params: Params;
  readonly headers: { readonly [name: string]: string };
  readonly authToken: string | null;
  readonly serializer: Serializer;
  readonly topic: string | null;
  readonly joinParams: unknown;
  readonly limits: Limits;
  readonly secrets: Secrets;
};
