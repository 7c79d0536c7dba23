/** The library's own rules: each option is given to it, and what it refuses is said of the key. */

import { startTermsOf } from '../../client/start.js';
import { hasCode } from '../../errors.js';
import { milliseconds } from '../../policy/duration.js';
import { DEFAULT_REJOIN, topicRejoinRule } from '../../policy/rejoin.js';
import { requireAtLeast } from '../../policy/requirements.js';
import { plainOptionsOf } from './plain-options.js';
import type { Path } from './origin.js';
import type { Found } from './rules.js';
import type { ChannelConfig, Config } from './schema.js';

export function libraryRules(config: Config): readonly Found[] {
  const { url, params, serializer, ...options } = plainOptionsOf(config);
  const address = {
    ...(url !== undefined && url !== '' && { url }),
    ...(serializer !== undefined && { serializer }),
  };
  const addressFound = refusal(['url'], () => startTermsOf(address));
  // What params an address takes is only known of one that is right.
  const wire = addressFound.length > 0 ? {} : address;
  return [
    ...addressFound,
    ...(params === undefined ? [] : refusal(['params'], () => startTermsOf({ ...wire, params }))),
    ...Object.entries(options).flatMap(([name, value]) =>
      refusal([name], () => startTermsOf({ [name]: value })),
    ),
    ...Object.entries(config.channels ?? {}).flatMap(([topic, channel]) =>
      channel === null ? [] : channelRules(['channels', topic], channel),
    ),
  ];
}

function channelRules(path: Path, { rejoin, timeout }: ChannelConfig): readonly Found[] {
  return [
    ...(rejoin === undefined
      ? []
      : refusal([...path, 'rejoin'], () => topicRejoinRule(rejoin as never, DEFAULT_REJOIN))),
    ...(timeout === undefined
      ? []
      : refusal([...path, 'timeout'], () => {
          requireAtLeast('timeout', milliseconds('timeout', timeout), 1);
        })),
  ];
}

/** `option.key[0] is 5: write …`, or the same of a thing that is no option. */
const WORDS = /^(?:option )?([A-Za-z]+(?:\.\w+|\[[^\]]*\])*)? ?([^]*?): ([^]*)$/;

function refusal(path: Path, check: () => unknown): readonly Found[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!hasCode(error, 'PHX_BAD_OPTION')) throw error;
    return [foundIn(error.message, path)];
  }
}

function foundIn(message: string, path: Path): Found {
  const [, option = '', what = message, remedy = 'look at docs/policies.md'] =
    WORDS.exec(message) ?? [];
  const [first, ...keys] = keysIn(option);
  const isOurs = first !== undefined && first === path.at(-1);
  // The words of a subject that is no key of ours belong to what is said.
  const said = isOurs || option === '' ? what : `${option} ${what}`;
  return { path: isOurs ? [...path, ...keys] : path, what: withoutValues(said), remedy };
}

/** What stands in an address may be a secret. */
function withoutValues(what: string): string {
  return what.replace(/^endpoint (?:"[^]*" )?/, '').replace(/ is "[^]*"(?= and )/, ' is another');
}

function keysIn(option: string): readonly string[] {
  return [...option.matchAll(/[^.[\]]+/g)].map(([key]) => key);
}
