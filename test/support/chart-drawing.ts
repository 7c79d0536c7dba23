/** Draws a statechart as Mermaid text, from the machine itself. */

import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { type Arrow, arrowsOf, childrenOf, nodesOf, pathOf } from './chart-arrows.js';

/** Arrows with the same ends, under the same condition. */
type Line = {
  readonly source: AnyStateNode;
  readonly target: AnyStateNode;
  readonly condition: string;
  readonly causes: readonly string[];
};

type Drawing = {
  readonly lines: readonly Line[];
  readonly nameOf: (node: AnyStateNode) => string;
};

/** A document with what stands between its markers for the chart replaced by the drawing. */
export function redraw(document: string, chart: string, machine: AnyStateMachine): string {
  const [open, close] = [`<!-- chart:${chart} -->`, `<!-- /chart:${chart} -->`];
  const [before, rest] = cut(document, open);
  const [, after] = cut(rest, close);
  return `${before}${open}\n\`\`\`mermaid\n${draw(machine)}\n\`\`\`\n${close}${after}`;
}

function draw(machine: AnyStateMachine): string {
  const { root } = machine;
  const drawing = { lines: linesOf(arrowsOf(machine)), nameOf: namesOf(root) };
  return ['stateDiagram-v2', ...indented(insideOf(root, drawing))].join('\n');
}

function cut(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  if (index < 0) throw new Error(`there is no ${at} to draw at`);
  return [text.slice(0, index), text.slice(index + at.length)];
}

/** States first: Mermaid puts a state where it is first mentioned. */
function insideOf(node: AnyStateNode, drawing: Drawing): readonly string[] {
  const children = childrenOf(node);
  if (node.type === 'parallel') return regionsOf(children, drawing);
  const { lines, nameOf } = drawing;
  const own = lines.filter((line) => frameOf(line) === node);
  const mentioned = new Set(own.flatMap(({ source, target }) => [source, target]));
  const start = children.filter((child) => child.key === node.config.initial);
  const end = children.filter((child) => child.type === 'final');
  return [
    ...start.map((child) => `[*] --> ${nameOf(child)}`),
    ...children.flatMap((child) => stateText(child, drawing, mentioned.has(child))),
    ...own.map((line) => lineText(line, drawing)),
    ...end.map((child) => `${nameOf(child)} --> [*]`),
  ];
}

function regionsOf(regions: readonly AnyStateNode[], drawing: Drawing): readonly string[] {
  return regions.flatMap((region, index) => {
    const text = stateText(region, drawing, false);
    return index > 0 ? ['--', ...text] : text;
  });
}

/** A state with nothing inside is drawn by the lines that mention it, if any do. */
function stateText(node: AnyStateNode, drawing: Drawing, isMentioned: boolean): readonly string[] {
  const name = drawing.nameOf(node);
  const title = name === node.key ? name : `"${node.key}" as ${name}`;
  if (childrenOf(node).length > 0) {
    return [`state ${title} {`, ...indented(insideOf(node, drawing)), '}'];
  }
  return isMentioned && name === node.key ? [] : [`state ${title}`];
}

function lineText({ source, target, causes, condition }: Line, { nameOf }: Drawing): string {
  const label = condition === '' ? causes.join(', ') : `${causes.join(', ')} ${condition}`;
  return `${nameOf(source)} --> ${nameOf(target)} : ${label}`;
}

/** An arrow that leads nowhere is drawn from the state to itself. */
function linesOf(arrows: readonly Arrow[]): readonly Line[] {
  const lines = new Map<string, Line>();
  for (const { source, target: end, cause, condition } of arrows) {
    const target = end ?? source;
    const key = `${pathOf(source)} ${pathOf(target)} ${condition}`;
    const causes = [...(lines.get(key)?.causes ?? []), cause];
    lines.set(key, { source, target, condition, causes });
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

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
