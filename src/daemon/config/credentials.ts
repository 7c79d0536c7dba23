/** Credentials from files and from the application, read and asked anew before each dial. */

import { UnauthorizedError } from '../../errors.js';
import { authTokenFile, paramsFile } from '../../sockets/credential-files.js';
import type { Credentials, CredentialsRequest } from '../../sockets/credentials.js';
import { ask, isObject, type JsonObject, unusable } from './ask.js';
import type { Config } from './schema.js';

type Provider = (request: CredentialsRequest) => Promise<Credentials>;

/** What the application says goes over the files. */
export function credentialsOf(
  { authTokenFile: token, paramsFile: params, from }: NonNullable<Config['credentials']>,
  timeout: number,
): Provider {
  const providers: readonly Provider[] = [
    ...(params === undefined ? [] : [paramsFile(params)]),
    ...(token === undefined ? [] : [authTokenFile(token)]),
    ...(from === undefined ? [] : [askedFrom(from, timeout)]),
  ];
  return async (request) => {
    const parts = await Promise.all(providers.map((provider) => provider(request)));
    return parts.reduce(together, {});
  };
}

function together(under: Credentials, over: Credentials): Credentials {
  return {
    ...under,
    ...over,
    params: { ...under.params, ...over.params },
    headers: { ...under.headers, ...over.headers },
  };
}

const FIELDS = ['params', 'headers', 'authToken'];

/** 403 is the application's word that there are none; a 401 may be a mistake of its own, and is asked again. */
function askedFrom(address: string, timeout: number): Provider {
  const option = 'credentials.from';
  return async ({ attempt, refused, signal }) => {
    const query = { attempt: String(attempt), refused: String(refused) };
    const answer = await ask({ address, query, signal, timeout, option });
    if (answer.kind === 'object') return credentialsIn(option, answer.value);
    throw new UnauthorizedError(
      `${option} was answered with 403: the application gives no credentials`,
    );
  };
}

function credentialsIn(option: string, value: JsonObject): Credentials {
  const remedy = `answer { "params"?: {}, "headers"?: {}, "authToken"?: "text" }`;
  const stranger = Object.keys(value).find((name) => !FIELDS.includes(name));
  if (stranger !== undefined) throw unusable(option, 'was answered with an unknown field', remedy);
  const { params = {}, headers = {}, authToken } = value;
  const isWell =
    isObject(params) &&
    isObject(headers) &&
    Object.values(headers).every((text) => typeof text === 'string') &&
    (authToken === undefined || typeof authToken === 'string');
  if (!isWell) throw unusable(option, 'was answered with fields of a wrong kind', remedy);
  return {
    params,
    headers: headers as { readonly [name: string]: string },
    ...(authToken !== undefined && { authToken }),
  };
}
