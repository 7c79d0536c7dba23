/** A chart of the last five minutes: a line for each series, a scale, and the same in words. */

import { drawn, mark, write } from './dom.js';
import { ceilingOf, highest, pathOf, type Series } from './series.js';

const WIDTH = 420;
const HEIGHT = 110;
const TOP = 16;
const BOTTOM = 18;

export class Plot {
  readonly #svg: SVGSVGElement;
  readonly #lines: readonly SVGPathElement[];
  readonly #scale: SVGTextElement;

  constructor(svg: SVGSVGElement, lines: number) {
    this.#svg = svg;
    mark(svg, 'viewBox', `0 0 ${WIDTH} ${TOP + HEIGHT + BOTTOM}`);
    mark(svg, 'role', 'img');
    this.#scale = drawn('text', { x: 0, y: 11 }, '0');
    this.#lines = Array.from({ length: lines }, (_, index) =>
      drawn('path', { class: `line line-${index + 1}`, d: '', transform: `translate(0 ${TOP})` }),
    );
    const base = TOP + HEIGHT;
    svg.append(
      drawn('path', {
        class: 'grid',
        d: `M0 ${TOP}H${WIDTH}M0 ${TOP + HEIGHT / 2}H${WIDTH}M0 ${base}H${WIDTH}`,
      }),
      this.#scale,
      drawn('text', { x: 0, y: base + 14 }, '5 min ago'),
      drawn('text', { x: WIDTH, y: base + 14, 'text-anchor': 'end' }, 'now'),
      ...this.#lines,
    );
  }

  /** `unit` writes a value of the scale. */
  show(
    series: readonly Series[],
    now: number,
    unit: (value: number) => string,
    aloud: string,
  ): void {
    const top = ceilingOf(highest(series));
    write(this.#scale, unit(top));
    this.#lines.forEach((line, index) => {
      mark(
        line,
        'd',
        pathOf(series[index] ?? [], now, { width: WIDTH, height: HEIGHT, top }) || 'M0 0',
      );
    });
    mark(this.#svg, 'aria-label', aloud);
  }
}
