/** Draws a statechart as Mermaid text, from the machine itself. */

import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { type Arrow, arrowsOf, childrenOf, nodesOf, pathOf } from './chart-arrows.js';

/** Arrows with the same ends are one line. */
type Line = {
  readonly source: AnyStateNode;
  readonly target: AnyStateNode;
  readonly causes: readonly string[];
};

type Drawing = {
  readonly lines: readonly Line[];
  readonly nameOf: (node: AnyStateNode) => string;
};

export function draw(machine: AnyStateMachine): string {
  const { root } = machine;
  const drawing = { lines: linesOf(arrowsOf(machine)), nameOf: namesOf(root) };
  return ['stateDiagram-v2', ...indented(insideOf(root, drawing))].join('\n');
}

/** A document with what stands between its markers for the chart replaced by the drawing. */
export function redraw(document: string, chart: string, machine: AnyStateMachine): string {
  const [open, close] = [`<!-- chart:${chart} -->`, `<!-- /chart:${chart} -->`];
  const [before, rest] = cut(document, open);
  const [, after] = cut(rest, close);
  return `${before}${open}\n\`\`\`mermaid\n${draw(machine)}\n\`\`\`\n${close}${after}`;
}

function cut(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  if (index < 0) throw new Error(`there is no ${at} to draw at`);
  return [text.slice(0, index), text.slice(index + at.length)];
}

/** States first: Mermaid puts a state where it is first mentioned. */
function insideOf(node: AnyStateNode, drawing: Drawing): readonly string[] {
  const children = childrenOf(node);
  const regions = children.map((child) => stateText(child, drawing));
  if (node.type === 'parallel') {
    return regions.flatMap((region, index) => (index > 0 ? ['--', ...region] : region));
  }
  const start = children.filter((child) => child.key === initialKey(node));
  const ends = children.filter((child) => child.type === 'final');
  return [
    ...start.map((child) => `[*] --> ${drawing.nameOf(child)}`),
    ...regions.flat(),
    ...drawing.lines
      .filter((line) => frameOf(line) === node)
      .map((line) => lineText(line, drawing)),
    ...ends.map((child) => `${drawing.nameOf(child)} --> [*]`),
  ];
}

function stateText(node: AnyStateNode, drawing: Drawing): readonly string[] {
  const name = drawing.nameOf(node);
  const title = name === node.key ? name : `"${node.key}" as ${name}`;
  if (childrenOf(node).length > 0) {
    return [`state ${title} {`, ...indented(insideOf(node, drawing)), '}'];
  }
  return name === node.key ? [name] : [`state ${title}`];
}

function lineText({ source, target, causes }: Line, { nameOf }: Drawing): string {
  return `${nameOf(source)} --> ${nameOf(target)} : ${causes.join(', ')}`;
}

/** An arrow that leads nowhere is drawn from the state to itself. */
function linesOf(arrows: readonly Arrow[]): readonly Line[] {
  const lines = new Map<string, Line>();
  for (const { source, target: end, cause } of arrows) {
    const target = end ?? source;
    const ends = `${pathOf(source)} ${pathOf(target)}`;
    const causes = [...(lines.get(ends)?.causes ?? []), cause];
    lines.set(ends, { source, target, causes });
  }
  return [...lines.values()];
}

/** Where a line is drawn: in the state that holds both of its ends, else outside of all. */
function frameOf({ source, target }: Line): AnyStateNode {
  const { parent, machine } = source;
  return parent !== undefined && parent === target.parent ? parent : machine.root;
}

/** A state's own name, with its parent's before it where the chart has that name twice. */
function namesOf(root: AnyStateNode): (node: AnyStateNode) => string {
  const seen = new Map<string, AnyStateNode>();
  for (const node of nodesOf(root)) if (!seen.has(node.key)) seen.set(node.key, node);
  return (node) => (seen.get(node.key) === node ? node.key : node.path.slice(-2).join('_'));
}

function initialKey({ config }: AnyStateNode): unknown {
  return config.initial;
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
