/** The file that `init` writes: what most people need, the rest in comments with its defaults. */

import { type Key, keysOf } from './schema-paths.js';
import { configSchema } from './schema.js';

const HEAD = `# gen-socket-client: a Phoenix Channels sidecar. Check this file: gen-socket-client validate FILE
# Values may hold \${NAME}, \${NAME:-default} or \${NAME:?message}; PHX__URL and the like go over this file, flags over both.
# Every key, its default and its reason: docs/configuration.md, or gen-socket-client schema.

url: \${PHX_URL:-wss://app.example.com/socket}

# credentials: { authTokenFile: /run/secrets/phx_token }

channels:
  "rooms:lobby":
    # params: { since: 0 }
    # paramsFrom: http://127.0.0.1:8000/phx/cursor
    # deliver: app

# deliver:
#   app:
#     webhook: http://127.0.0.1:8000/phx/events
#     secretFile: /run/secrets/webhook_secret
#     deadLetter: /var/lib/phx/dead.ndjson
`;

/** Of these the head shows an example. */
const SHOWN = ['url', 'credentials', 'channels', 'deliver'];

export function starterText(): string {
  const keys = keysOf(configSchema);
  const parts = keys
    .filter(({ path }) => path.length === 1 && !SHOWN.includes(path[0] ?? ''))
    .map((key) => partText(key, keys));
  return `${HEAD}\n${parts.join('\n\n')}\n`;
}

function partText(
  { path: [name = ''], about: { description = '', standard } }: Key,
  keys: readonly Key[],
): string {
  const below = keys.filter(({ path }) => path.length > 1 && path[0] === name);
  const head = `# ${description}`;
  if (below.length === 0) return `${head}\n# ${name}:${valueText(standard)}`;
  return [head, `# ${name}:`, ...below.map(keyLine)].join('\n');
}

function keyLine({ path, about: { description = '', standard } }: Key): string {
  const indent = '  '.repeat(path.length - 1);
  return `# ${indent}${path.at(-1) ?? ''}:${valueText(standard)}  # ${description}`;
}

function valueText(standard: unknown): string {
  if (standard === undefined) return '';
  return ` ${JSON.stringify(standard).replace(/^"(.*)"$/, '$1')}`;
}
