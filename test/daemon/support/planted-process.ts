/** The daemon as a process, with a secret in every place that can hold one. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { PhoenixDouble } from '../../../src/testing/index.js';
import type { ChildProgram } from '../../support/child-program.js';
import { commandLine } from '../../support/command-line.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { ROOM } from './api-stage.js';
import { Application } from './application.js';
import { plant } from './plants.js';

/** Of the configuration, its files, the environment, and of what the application answers to be passed on. */
export const CONFIGURED = {
  query: plant('query'),
  param: plant('param'),
  header: plant('header'),
  authToken: plant('auth-token'),
  paramsFile: plant('params-file'),
  fromQuery: plant('from-query'),
  fromParam: plant('from-param'),
  fromHeader: plant('from-header'),
  apiToken: plant('api-token'),
  adminToken: plant('admin-token'),
  webhookQuery: plant('webhook-query'),
  webhookHeader: plant('webhook-header'),
  webhookToken: plant('webhook-token'),
  webhookSecret: plant('webhook-secret'),
  joinParam: plant('join-param'),
  joinAnswer: plant('join-answer'),
  askQuery: plant('ask-query'),
  environment: plant('environment'),
  proxy: plant('proxy'),
};

/** Of requests, and of what the server and the application say. */
export const SAID = {
  payload: plant('payload'),
  wrongToken: plant('wrong-token'),
  badBody: plant('bad-body'),
  answer: plant('answer'),
  refusal: plant('refusal'),
};

export type PlantedProcess = {
  readonly program: ChildProgram;
  readonly double: PhoenixDouble;
  readonly application: Application;
  readonly api: string;
  readonly admin: string;
  readonly deadLetters: string;
  /** Writes the file of the configuration anew. */
  write(change: object): void;
  /** Resolves when it has logged this. */
  logged(message: string): Promise<void>;
};

export async function plantedProcess(): Promise<PlantedProcess> {
  const folder = temporaryFolder();
  const application = await Application.start(answering);
  const double = await PhoenixDouble.start(ROOM);
  onTestFinished(() => double.stop());
  const config = configOf(folder, double, application);
  const file = join(folder, 'config.yaml');
  const write = (change: object): void =>
    writeFileSync(file, JSON.stringify({ ...config, ...change }));
  write({});
  const proxy = `http://user:${encodeURIComponent(CONFIGURED.proxy)}@127.0.0.1:1`;
  const program = commandLine(['run', file, '--log-level', 'debug'], {
    PHX__PARAMS__FROM_ENV: CONFIGURED.environment,
    HTTP_PROXY: proxy,
    NO_PROXY: '127.0.0.1',
  });
  onTestFinished(() => program[Symbol.asyncDispose]());
  const logged = async (message: string): Promise<void> => {
    await line(program, message);
  };
  const { api, admin } = await line(program, 'the daemon listens');
  const deadLetters = join(folder, 'dead.ndjson');
  return {
    program,
    double,
    application,
    api: String(api),
    admin: String(admin),
    deadLetters,
    write,
    logged,
  };
}

type Line = { readonly [field: string]: unknown };

async function line(program: ChildProgram, message: string): Promise<Line> {
  for (;;) {
    const text = await program.next();
    const fields = text.startsWith('{') ? (JSON.parse(text) as Line) : {};
    if (fields['msg'] === message) return fields;
  }
}

const answering: Application['react'] = ({ path }, response) => {
  const json = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const { fromParam, fromHeader, joinAnswer } = CONFIGURED;
  if (path.startsWith('/credentials'))
    json(200, { params: { from: fromParam }, headers: { 'x-from': fromHeader } });
  else if (path.startsWith('/params')) json(200, { cursor: joinAnswer });
  else if (path.startsWith('/broken')) json(500, { cursor: joinAnswer, secret: SAID.answer });
  else json(500, { status: 'RETRY', why: SAID.answer });
};

function configOf(folder: string, { url }: PhoenixDouble, application: Application): object {
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const at = (path: string, key: string): string =>
    `${application.url}/${path}?key=${encodeURIComponent(key)}`;
  const { askQuery, webhookQuery, fromQuery } = CONFIGURED;
  const secret = Buffer.from(CONFIGURED.webhookSecret).toString('base64');
  return {
    url: `${url}?token=${encodeURIComponent(CONFIGURED.query)}`,
    params: { token: CONFIGURED.param },
    headers: { 'x-token': CONFIGURED.header },
    credentials: {
      authTokenFile: file('auth-token', CONFIGURED.authToken),
      paramsFile: file('params', JSON.stringify({ file: CONFIGURED.paramsFile })),
      from: at('credentials', fromQuery),
    },
    reconnect: { delays: ['100ms'], jitter: 'none' },
    rejoin: { delays: ['100ms'], jitter: 'none' },
    channels: {
      'room:1': {
        params: { secret: CONFIGURED.joinParam },
        paramsFrom: at('params', askQuery),
        deliver: ['app', 'kept'],
      },
      'shut:1': { params: { secret: CONFIGURED.joinParam } },
      'room:broken': { paramsFrom: at('broken', askQuery) },
    },
    deliver: {
      app: {
        webhook: at('hook', webhookQuery),
        headers: { 'x-secret': CONFIGURED.webhookHeader },
        secretFile: file('webhook-secret', `whsec_${secret}`),
        tokenFile: file('webhook-token', CONFIGURED.webhookToken),
        retry: { min: '10ms', max: '20ms', attempts: 2 },
        deadLetter: join(folder, 'dead.ndjson'),
      },
      kept: { file: join(folder, 'events.ndjson') },
    },
    inbox: { store: join(folder, 'inbox') },
    api: { listen: 0, tokenFile: file('api-token', CONFIGURED.apiToken) },
    admin: { listen: 0, control: true, tokenFile: file('admin-token', CONFIGURED.adminToken) },
    drain: { grace: '2s', force: '1s' },
  };
}
