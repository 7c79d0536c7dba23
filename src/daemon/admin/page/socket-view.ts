/** The socket: its chart with the present state lit, and what is known of the connection. */

import type { LiveView } from '../live-view.js';
import { SOCKET_CHART } from './chart-shape.js';
import { ChartView } from './chart-view.js';
import { mark, part, write } from './dom.js';
import { absolute, clockTime, lengthOf } from './wording.js';

const TONES: { readonly [state: string]: string } = { connected: 'good', connecting: 'warn' };

export class SocketView {
  readonly #chart = new ChartView(part('socket-chart', SVGSVGElement), SOCKET_CHART);
  readonly #url = part('fact-url', HTMLElement);
  readonly #state = part('fact-state', HTMLElement);
  readonly #transport = part('fact-transport', HTMLElement);
  readonly #close = part('fact-close', HTMLElement);
  readonly #process = part('fact-process', HTMLElement);

  show(view: LiveView): void {
    const { socket, now, timeline, version, startedAt } = view;
    const { state, since, close } = socket;
    const latest = timeline.find(({ of }) => /^socket/.test(of));
    const arrow = latest === undefined ? '' : `${latest.from}>${latest.to}`;
    const aloud = `The states of the socket: it is ${state}`;
    this.#chart.show(new Map([[state, null]]), TONES[state] ?? 'bad', arrow, aloud);
    write(this.#url, socket.url);
    write(this.#state, `${state} for ${lengthOf(now - since)}`);
    mark(this.#state, 'title', absolute(since));
    write(this.#transport, socket.transport ?? '–');
    write(this.#close, close === null ? '–' : `${clockTime(close.at)} UTC: ${close.what}`);
    mark(this.#close, 'title', close === null ? '' : absolute(close.at));
    write(this.#process, `${version}, up ${lengthOf(now - startedAt)}`);
    mark(this.#process, 'title', absolute(startedAt));
  }
}
