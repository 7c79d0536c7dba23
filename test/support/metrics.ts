/** The metrics of a registry as a scraper sees them: each series and its value. */

import type { Registry } from 'prom-client';

export type Series = { readonly [series: string]: number };

/** Without the prefix: `pushes_total{topic="room",outcome="ok"}`. */
export async function scraped(registry: Registry, prefix = 'gen_socket_client_'): Promise<Series> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith(prefix));
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(prefix.length, end), Number(line.slice(end + 1))];
    }),
  );
}

/** Those of the series that are not 0 and begin so. */
export function beginning(series: Series, head: string): Series {
  return Object.fromEntries(
    Object.entries(series).filter(([name, value]) => name.startsWith(head) && value !== 0),
  );
}
