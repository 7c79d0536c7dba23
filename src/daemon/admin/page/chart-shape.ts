/** Both statecharts as others see them: where each state stands, and which arrows there are. A test holds them to the machines. */

export type StateShape = {
  readonly name: string;
  readonly title: string;
  readonly x: number;
  readonly y: number;
};

/** A quadratic curve from one point to another, bent at the third. */
type Curve = readonly [x1: number, y1: number, x2: number, y2: number, xc: number, yc: number];

export type ArrowShape = {
  readonly from: string;
  readonly to: string;
  /** Whether it leads back as well. */
  readonly both?: true;
  readonly curve: Curve;
};

export type ChartShape = {
  readonly height: number;
  readonly states: readonly StateShape[];
  readonly arrows: readonly ArrowShape[];
};

export const WIDTH = 420;
export const STATE_WIDTH = 104;
export const STATE_HEIGHT = 34;

export const SOCKET_CHART: ChartShape = {
  height: 216,
  states: [
    { name: 'disconnected', title: 'disconnected', x: 60, y: 62 },
    { name: 'connecting', title: 'connecting', x: 210, y: 62 },
    { name: 'connected', title: 'connected', x: 360, y: 62 },
    { name: 'unauthorized', title: 'unauthorized', x: 60, y: 162 },
    { name: 'backingOff', title: 'backing off', x: 285, y: 162 },
  ],
  arrows: [
    { from: 'disconnected', to: 'connecting', both: true, curve: [112, 62, 158, 62, 135, 62] },
    { from: 'connecting', to: 'connected', curve: [262, 62, 308, 62, 285, 62] },
    { from: 'connected', to: 'disconnected', curve: [360, 45, 60, 45, 210, -16] },
    { from: 'connecting', to: 'backingOff', both: true, curve: [228, 79, 268, 145, 248, 112] },
    { from: 'connected', to: 'backingOff', curve: [346, 79, 304, 145, 325, 112] },
    { from: 'connecting', to: 'unauthorized', both: true, curve: [186, 79, 92, 145, 139, 112] },
    { from: 'backingOff', to: 'unauthorized', both: true, curve: [233, 166, 112, 166, 172, 166] },
    { from: 'unauthorized', to: 'disconnected', curve: [48, 145, 48, 79, 48, 112] },
    { from: 'disconnected', to: 'backingOff', both: true, curve: [84, 79, 246, 145, 165, 112] },
    { from: 'connected', to: 'unauthorized', curve: [384, 79, 60, 179, 372, 246] },
  ],
};

export const CHANNEL_CHART: ChartShape = {
  height: 216,
  states: [
    { name: 'joining', title: 'joining', x: 60, y: 62 },
    { name: 'joined', title: 'joined', x: 360, y: 62 },
    { name: 'errored', title: 'errored', x: 210, y: 100 },
    { name: 'leaving', title: 'leaving', x: 60, y: 162 },
    { name: 'closed', title: 'closed', x: 360, y: 162 },
  ],
  arrows: [
    { from: 'joining', to: 'joined', both: true, curve: [112, 56, 308, 56, 210, 44] },
    { from: 'joining', to: 'errored', both: true, curve: [112, 72, 158, 90, 135, 81] },
    { from: 'joined', to: 'errored', both: true, curve: [308, 72, 262, 90, 285, 81] },
    { from: 'joining', to: 'leaving', both: true, curve: [60, 79, 60, 145, 60, 112] },
    { from: 'joined', to: 'closed', curve: [372, 79, 372, 145, 372, 112] },
    { from: 'errored', to: 'leaving', curve: [170, 117, 112, 152, 141, 134] },
    { from: 'errored', to: 'closed', curve: [250, 117, 308, 152, 279, 134] },
    { from: 'leaving', to: 'closed', curve: [112, 166, 308, 166, 210, 166] },
    { from: 'joined', to: 'leaving', curve: [400, 79, 76, 179, 420, 246] },
    { from: 'joining', to: 'closed', curve: [20, 79, 344, 179, 0, 246] },
  ],
};

/** Each as `from>to`, sorted. */
export function arrowNames({ arrows }: ChartShape): readonly string[] {
  return arrows
    .flatMap(({ from, to, both }) =>
      both ? [`${from}>${to}`, `${to}>${from}`] : [`${from}>${to}`],
    )
    .sort();
}
