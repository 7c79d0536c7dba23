/** A statechart as a drawing in which the present states are lit. */

import {
  type ArrowShape,
  type ChartShape,
  STATE_HEIGHT,
  STATE_WIDTH,
  type StateShape,
  WIDTH,
} from './chart-shape.js';
import { drawn, mark, write } from './dom.js';

type StateNode = {
  readonly group: SVGGElement;
  readonly label: SVGTextElement;
  readonly title: string;
};

export class ChartView {
  readonly #svg: SVGSVGElement;
  readonly #states: ReadonlyMap<string, StateNode>;
  readonly #arrows: ReadonlyMap<string, SVGPathElement>;

  constructor(svg: SVGSVGElement, { height, states, arrows }: ChartShape) {
    this.#svg = svg;
    mark(svg, 'viewBox', `0 0 ${WIDTH} ${height}`);
    mark(svg, 'role', 'img');
    const paths = arrows.map((arrow) => [arrow, arrowPath(arrow, svg.id)] as const);
    const nodes = states.map((state) => [state.name, stateNode(state)] as const);
    svg.append(heads(svg.id), ...paths.map(([, path]) => path));
    svg.append(...nodes.map(([, { group }]) => group));
    this.#states = new Map(nodes);
    this.#arrows = new Map(
      paths.flatMap(([{ from, to }, path]) => [
        [`${from}>${to}`, path],
        [`${to}>${from}`, path],
      ]),
    );
  }

  /** `lit`: the states that hold, each with a number of what is in it, or none. `alive`: what a reader of the drawing is told. */
  show(lit: ReadonlyMap<string, number | null>, tone: string, latest: string, aloud: string): void {
    for (const [name, node] of this.#states) light(node, lit.get(name), tone);
    for (const path of this.#arrows.values()) mark(path, 'data-latest', '');
    const path = this.#arrows.get(latest);
    if (path !== undefined) mark(path, 'data-latest', 'yes');
    mark(this.#svg, 'aria-label', aloud);
  }
}

function light(
  { group, label, title }: StateNode,
  lit: number | null | undefined,
  tone: string,
): void {
  mark(group, 'data-lit', lit === undefined ? '' : 'yes');
  mark(group, 'data-tone', lit === undefined ? '' : tone);
  write(label, typeof lit === 'number' ? `${title} ${lit}` : title);
}

function stateNode({ title, x, y }: StateShape): StateNode {
  const group = drawn('g', { class: 'state' });
  const box = {
    x: x - STATE_WIDTH / 2,
    y: y - STATE_HEIGHT / 2,
    width: STATE_WIDTH,
    height: STATE_HEIGHT,
  };
  const label = drawn('text', { x, y: y + 5, 'text-anchor': 'middle' }, title);
  group.append(drawn('rect', { ...box, rx: 8 }), label);
  return { group, label, title };
}

function arrowPath({ curve, both }: ArrowShape, id: string): SVGPathElement {
  const [x1, y1, x2, y2, xc, yc] = curve;
  const path = drawn('path', {
    class: 'arrow',
    d: `M${x1} ${y1}Q${xc} ${yc} ${x2} ${y2}`,
    'marker-end': `url(#${id}-head)`,
  });
  if (both) mark(path, 'marker-start', `url(#${id}-head)`);
  return path;
}

function heads(id: string): SVGDefsElement {
  const defs = drawn('defs', {});
  const size = { markerWidth: 7, markerHeight: 7, refX: 9, refY: 5 };
  const marker = drawn('marker', {
    id: `${id}-head`,
    viewBox: '0 0 10 10',
    orient: 'auto-start-reverse',
    ...size,
  });
  marker.append(drawn('path', { d: 'M0 0L10 5L0 10z', class: 'head' }));
  defs.append(marker);
  return defs;
}
