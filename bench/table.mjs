/** A report as Markdown tables, one for each figure. */

import { BASES } from './summary.mjs';

const FIGURES = {
  receiveOneChannel: 'Messages received, one channel',
  receiveManyChannels: 'Messages received, many channels on one socket',
  receiveLarge: 'Large messages received, one channel',
  push: 'Pushes with reply, pipelined',
  join: 'Joins at once, many channels on one socket',
  steady: 'After many messages',
  pushThroughDaemon: 'Pushes with reply, over HTTP',
  webhook: 'Broadcasts that reach the application',
};

/** How each field is called, and shown. */
const FIELDS = {
  perSecond: ['a second', count],
  perCpuSecond: ["a second of the client's processor", count],
  cpuEach: ["microseconds of the contender's processor for each", count],
  p50: ['milliseconds at low load, p50', (value) => value.toFixed(2)],
  p99: ['milliseconds at low load, p99', (value) => value.toFixed(2)],
  heapPerChannel: ['heap per channel', bytes],
  heapGrowth: ['heap growth', bytes],
  promisesPerMessage: ['promises per message', (value) => value.toFixed(3)],
  timersPerMessage: ['timers per message', (value) => value.toFixed(3)],
};

export function tableOf({ machine, rounds, figures }) {
  const head = `Node ${machine.node}, ${machine.cores} cores, medians of ${rounds} rounds (least–most).`;
  return [head, ...Object.entries(figures).map(([name, figure]) => figureTable(name, figure))].join(
    '\n\n',
  );
}

function figureTable(name, figure) {
  return Object.keys(FIELDS)
    .filter((field) => field in figure.limit)
    .map((field) => fieldTable(`${FIGURES[name]}: ${FIELDS[field][0]}`, figure, field))
    .join('\n\n');
}

function fieldTable(title, figure, field) {
  const [, show] = FIELDS[field];
  const bases = Object.entries(BASES).filter(([base]) => base in figure);
  const rows = Object.entries(figure).map(([contender, { [field]: spread, ...of }]) => [
    contender,
    show(spread.median),
    `${show(spread.min)}–${show(spread.max)}`,
    ...bases.map(([, base]) => ratio(of[base][field])),
    percent(of.clientBusy),
    percent(of.serverBusy),
  ]);
  const ofBases = bases.map(([base]) => `of ${base}`);
  const head = [title, 'median', 'range', ...ofBases, 'client busy', 'server busy'];
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function count(value) {
  return Math.round(value).toLocaleString('en-US');
}

function bytes(value) {
  return `${(value / 1000).toFixed(1)} kB`;
}

function ratio(value) {
  return value === undefined ? '' : `${value.toFixed(2)}`;
}

function percent(spread) {
  return spread === undefined ? '' : `${Math.round(spread.median * 100)} %`;
}
