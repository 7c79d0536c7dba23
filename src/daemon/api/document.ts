/** The document of the API (OpenAPI 3.1): made of the routes themselves, and of the schemas that requests are checked by. */

import { createRoute, type RouteConfig } from '@hono/zod-openapi';
import { z } from 'zod';
import type { ApiApp } from './app.js';

/** Without their content: the handler may answer with any response. */
type Described = { readonly [status: string]: { readonly description: string } };

const problemBody = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  instance: z.string(),
});

const PROBLEM = { 'application/problem+json': { schema: schemaOf(problemBody) } };

/** What any route may answer, whatever it does. */
const ANYWHERE: { readonly [status: number]: string } = {
  400: 'It cannot be read',
  401: 'A token is needed, or another one',
  403: 'Not from there, or not allowed',
  405: 'Not with this method',
  408: 'It came too slowly',
  422: 'It says what it may not',
  431: 'Its headers are too large',
  500: 'The daemon failed',
  503: 'Not now; `Retry-After` says when',
};

/** JSON Schema, as OpenAPI 3.1 takes it: that of what is written, before defaults are filled in. */
export function schemaOf(schema: z.ZodType): object {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return plain;
}

/** A body of JSON, of lines of it, or of bytes; checked by the handler, because it is given no schema that could check. */
export function bodyOf(
  content: { readonly [mediaType: string]: object },
  required = true,
): NonNullable<NonNullable<RouteConfig['request']>['body']> {
  const entries = Object.entries(content).map(([type, schema]) => [type, { schema }]);
  return { required, content: Object.fromEntries(entries) as { [mediaType: string]: object } };
}

/** All the answers of a route: those with a body, then its own problems, then those of every route. */
export function answers(
  good: { readonly [status: number]: readonly [description: string, schema?: z.ZodType] },
  problems: { readonly [status: number]: string } = {},
): Described {
  const answered = Object.entries(good).map(([status, [description, schema]]) => [
    status,
    {
      description,
      ...(schema && { content: { 'application/json': { schema: schemaOf(schema) } } }),
    },
  ]);
  const refused = Object.entries({ ...ANYWHERE, ...problems }).map(([status, description]) => [
    status,
    { description, content: PROBLEM },
  ]);
  return Object.fromEntries([...refused, ...answered]) as Described;
}

/** Serves it at `/openapi.json`, made when it is first asked for: routes may be added until then. */
export function serveDocument(app: ApiApp, version: string): void {
  const info = { title: 'gen-socket-client', version, description: 'Phoenix Channels over HTTP.' };
  const memo: { text?: string } = {};
  const text = (): string =>
    (memo.text ??= JSON.stringify(app.getOpenAPI31Document({ openapi: '3.1.0', info })));
  const route = createRoute({
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    responses: answers({ 200: ['The document', z.looseObject({ openapi: z.string() })] }),
  });
  const headers = { 'content-type': 'application/json' };
  app.openapi(route, () => new Response(text(), { headers }));
}
