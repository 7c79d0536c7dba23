/** The options of every command that dials, and what they come to: flags over the environment, and no secret in any complaint. */

import { authTokenFile, type ClientOptions, type Credentials } from '../index.js';
import { requireHeaders, requireParams } from '../sockets/option-forms.js';
import type { CliOption } from './cli-command.js';
import { CommandError } from './exit-codes.js';
import type { Given } from './given.js';

export const DIAL_OPTIONS: readonly CliOption[] = [
  {
    flags: '--vsn <version>',
    about: 'protocol version: 2 (2.0.0) or 1 (1.0.0); default: that of the URL, or 2',
    env: 'GEN_SOCKET_CLIENT_VSN',
  },
  {
    flags: '--header <line>',
    about: "'Name: value', sent with the upgrade; repeatable",
    env: 'GEN_SOCKET_CLIENT_HEADER',
    repeats: true,
  },
  {
    flags: '--param <pair>',
    about: 'name=value, sent in the query of the upgrade; repeatable',
    env: 'GEN_SOCKET_CLIENT_PARAM',
    repeats: true,
  },
  {
    flags: '--auth-token-file <path>',
    about: 'a file with the auth token, read anew before each dial',
    env: 'GEN_SOCKET_CLIENT_AUTH_TOKEN_FILE',
  },
];

/** As `ClientOptions` has them. The URL is as it was written: whoever dials it checks it. */
export type DialOptions = {
  readonly url: string;
  readonly params: { readonly [name: string]: string };
  readonly headers: { readonly [name: string]: string };
  readonly serializer: 'v1' | 'v2';
  /** Rejects with `PHX_CREDENTIALS_FILE` when the file cannot be read. */
  readonly credentials: () => Promise<Credentials>;
};

const SERIALIZERS: { readonly [vsn: string]: 'v1' | 'v2' } = {
  '1': 'v1',
  '1.0.0': 'v1',
  '2': 'v2',
  '2.0.0': 'v2',
};

/** RFC 9110, 5.6.2: what is no token cannot be a name, and may be the secret itself. */
const HEADER = /^([!#$%&'*+.^_`|~\w-]+):(.*)$/s;

/** The first argument of every command that dials is the URL. */
export function dialOptions(given: Given): DialOptions {
  const [url = ''] = given.args;
  const options = {
    url,
    params: paramsOf(given.texts('param')),
    headers: headersOf(given.texts('header')),
    serializer: serializerFor(given.text('vsn') ?? versionIn(url) ?? '2'),
    credentials: credentialsFrom(given.text('authTokenFile')),
  };
  requireParams(null, options.params, '');
  requireHeaders('--header', options.headers);
  return options satisfies ClientOptions;
}

/** What must not be shown of it. The token is asked for by each dial. */
export function secretsOf({ url, params, headers }: DialOptions): readonly string[] {
  const query = URL.canParse(url) ? [...new URL(url).searchParams.values()] : [];
  return [...query, ...Object.values(params), ...Object.values(headers)];
}

/** An address that was copied from a browser names its version. */
function versionIn(url: string): string | undefined {
  const vsn = URL.canParse(url) ? new URL(url).searchParams.get('vsn') : null;
  return Object.keys(SERIALIZERS).find((known) => known === vsn);
}

function serializerFor(vsn: string): 'v1' | 'v2' {
  const serializer = SERIALIZERS[vsn];
  if (serializer !== undefined) return serializer;
  throw new CommandError('usage', `--vsn is ${vsn}: write 1 or 2 (1.0.0 and 2.0.0 are the same)`);
}

/** Of two values of one name the last counts. */
function paramsOf(pairs: readonly string[]): DialOptions['params'] {
  const entries = pairs.map((pair, at) => {
    const equals = pair.indexOf('=');
    if (equals > 0) return [pair.slice(0, equals), pair.slice(equals + 1)] as const;
    throw new CommandError('usage', `--param number ${at + 1} is no pair: write name=value`);
  });
  return Object.fromEntries(entries);
}

function headersOf(lines: readonly string[]): DialOptions['headers'] {
  const entries = lines.map((line, at) => {
    const [, name, value] = HEADER.exec(line) ?? [];
    if (name !== undefined) return [name, (value ?? '').trim()] as const;
    throw new CommandError('usage', `--header number ${at + 1} is no header: write 'Name: value'`);
  });
  return Object.fromEntries(entries);
}

function credentialsFrom(path: string | undefined): () => Promise<Credentials> {
  return path === undefined ? () => Promise.resolve({}) : authTokenFile(path);
}
