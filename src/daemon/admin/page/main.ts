/** Puts the page together: every view is shown what the daemon tells. */

import type { LiveView } from '../live-view.js';
import { ChannelsView } from './channels-view.js';
import { ControlView } from './control-view.js';
import { DeliveriesView } from './deliveries-view.js';
import { made, mark, part, write } from './dom.js';
import { headlineOf } from './headline.js';
import { Live } from './live.js';
import { NumbersView } from './numbers-view.js';
import { SocketView } from './socket-view.js';
import { TimelineView } from './timeline-view.js';
import { absolute, lengthOf } from './wording.js';

const FILTER_PAUSE = 250;

const views = [
  new SocketView(),
  new ChannelsView(),
  new NumbersView(),
  new DeliveriesView(),
  new TimelineView(),
  new ControlView(),
];
const headline = part('headline', HTMLElement);
const details = part('details', HTMLElement);
const aloud = part('aloud', HTMLElement);
const stale = part('stale', HTMLElement);
const heard = { at: Date.now() };

const live = new Live({ view: show, silent: showSilence });
live.open();
listenToFilter();

function show(view: LiveView): void {
  heard.at = Date.now();
  stale.hidden = true;
  mark(document.body, 'data-live', 'yes');
  for (const one of views) one.show(view);
  const { tone, title, details: sentences, aloud: text } = headlineOf(view, view.now);
  mark(document.body, 'data-tone', tone);
  write(headline, title);
  showDetails(sentences);
  write(aloud, text);
  document.title = `${tone === 'good' ? '' : '! '}${view.socket.state}: gen-socket-client`;
}

function showDetails(sentences: readonly string[]): void {
  while (details.children.length > sentences.length) details.lastElementChild?.remove();
  sentences.forEach((text, index) => {
    const there = details.children.item(index) ?? details.appendChild(made('li'));
    write(there, text);
  });
}

function showSilence(): void {
  const { at } = heard;
  stale.hidden = false;
  mark(document.body, 'data-live', 'no');
  mark(document.body, 'data-tone', '');
  const text = `Not live since ${absolute(at)} (${lengthOf(Date.now() - at)}): the daemon does not answer. What you see is what it said last.`;
  write(stale, text);
  write(aloud, 'Not live: the daemon does not answer.');
  document.title = 'not live: gen-socket-client';
}

function listenToFilter(): void {
  const input = part('filter', HTMLInputElement);
  const pause = { timer: 0 };
  input.addEventListener('input', () => {
    clearTimeout(pause.timer);
    pause.timer = setTimeout(() => live.filter(input.value), FILTER_PAUSE);
  });
}
