/** Throughput and latency over the last minutes, and what waits in the inbox and the outbox. */

import type { LiveView, Sample } from '../live-view.js';
import { part, write } from './dom.js';
import { Plot } from './plot.js';
import { newest, ratesOf, type Series, valuesOf } from './series.js';
import { bytes, count, milliseconds, rate } from './wording.js';

export class NumbersView {
  readonly #throughput = new Plot(part('throughput', SVGSVGElement), 2);
  readonly #latency = new Plot(part('latency', SVGSVGElement), 2);

  show(view: LiveView): void {
    const samples = [...view.history, presentOf(view)];
    this.#showThroughput(samples, view.now);
    this.#showLatency(samples, view.now);
    showDepths(view);
  }

  #showThroughput(samples: readonly Sample[], now: number): void {
    const series = [ratesOf(samples, 'messagesIn'), ratesOf(samples, 'pushesOut')] as const;
    const [inward, outward] = [rate(latestRate(series[0])), rate(latestRate(series[1]))];
    text('messages-rate', inward);
    text('pushes-rate', outward);
    this.#throughput.show(
      series,
      now,
      rate,
      `Last 5 minutes: now ${inward} messages in and ${outward} pushes out`,
    );
  }

  #showLatency(samples: readonly Sample[], now: number): void {
    const series = [valuesOf(samples, 'reply'), valuesOf(samples, 'heartbeat')] as const;
    const [reply, heartbeat] = [milliseconds(newest(series[0])), milliseconds(newest(series[1]))];
    text('reply-latency', reply);
    text('heartbeat-latency', heartbeat);
    this.#latency.show(
      series,
      now,
      milliseconds,
      `Last 5 minutes: now ${reply} to a reply and ${heartbeat} to a heartbeat`,
    );
  }
}

/** The samples are some seconds apart; the present is the end of the line. */
function presentOf({ now, totals, latency }: LiveView): Sample {
  const { messagesIn, pushesOut } = totals;
  return { at: now, messagesIn, pushesOut, ...latency };
}

/** The last interval may be short, and says nothing then: the one before is taken with it. */
function latestRate(series: Series): number | null {
  const [before, last] = series.slice(-2).map(({ value }) => value);
  return before === undefined || before === null || last === undefined || last === null
    ? (last ?? before ?? null)
    : (before + last) / 2;
}

function showDepths({ outbox, inbox, totals }: LiveView): void {
  text('outbox-waiting', count(outbox.waiting));
  text('outbox-confirmed', count(outbox.confirmed));
  text('inbox-kept', count(inbox.kept));
  text('inbox-bytes', bytes(inbox.bytes));
  text('inbox-unwritten', count(inbox.unwritten));
  text('total-in', `${count(totals.messagesIn)} (${bytes(totals.bytesIn)})`);
  text('total-out', `${count(totals.pushesOut)} (${bytes(totals.bytesOut)})`);
}

function text(id: string, value: string): void {
  write(part(id, HTMLElement), value);
}
