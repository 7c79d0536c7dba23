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
export const STATE_WIDTH = 114;
export const STATE_HEIGHT = 36;

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
    { from: 'disconnected', to: 'connecting', both: true, curve: [117, 62, 153, 62, 135, 62] },
    { from: 'connecting', to: 'connected', curve: [267, 62, 303, 62, 285, 62] },
    { from: 'connected', to: 'disconnected', curve: [360, 44, 60, 44, 210, -16] },
    { from: 'connecting', to: 'backingOff', both: true, curve: [228, 80, 268, 144, 248, 112] },
    { from: 'connected', to: 'backingOff', curve: [346, 80, 304, 144, 325, 112] },
    { from: 'connecting', to: 'unauthorized', both: true, curve: [186, 80, 92, 144, 139, 112] },
    { from: 'backingOff', to: 'unauthorized', both: true, curve: [228, 166, 117, 166, 172, 166] },
    { from: 'unauthorized', to: 'disconnected', curve: [48, 144, 48, 80, 48, 112] },
    { from: 'disconnected', to: 'backingOff', both: true, curve: [84, 80, 246, 144, 165, 112] },
    { from: 'connected', to: 'unauthorized', curve: [384, 80, 60, 180, 372, 246] },
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
    { from: 'joining', to: 'joined', both: true, curve: [117, 56, 303, 56, 210, 44] },
    { from: 'joining', to: 'errored', both: true, curve: [117, 72, 153, 90, 135, 81] },
    { from: 'joined', to: 'errored', both: true, curve: [303, 72, 267, 90, 285, 81] },
    { from: 'joining', to: 'leaving', both: true, curve: [60, 80, 60, 144, 60, 112] },
    { from: 'joined', to: 'closed', curve: [372, 80, 372, 144, 372, 112] },
    { from: 'errored', to: 'leaving', curve: [170, 118, 117, 151, 141, 134] },
    { from: 'errored', to: 'closed', curve: [250, 118, 303, 151, 279, 134] },
    { from: 'leaving', to: 'closed', curve: [117, 166, 303, 166, 210, 166] },
    { from: 'joined', to: 'leaving', curve: [400, 80, 76, 180, 420, 246] },
    { from: 'joining', to: 'closed', curve: [20, 80, 344, 180, 0, 246] },
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
