/** Parts of the document: found, made, and written only where they differ, as text and never as HTML. */

const SVG = 'http://www.w3.org/2000/svg';

type Attributes = { readonly [name: string]: string | number };

export function part<E extends Element>(id: string, kind: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

export function made<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  text = '',
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) mark(element, name, String(value));
  element.textContent = text;
  return element;
}

export function drawn<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes,
  text = '',
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) mark(element, name, String(value));
  if (text !== '') element.textContent = text;
  return element;
}

/** What did not change is not touched: a selection stays, and nothing is read aloud again. */
export function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** An empty value takes the attribute away. */
export function mark(element: Element, name: string, value: string): void {
  if (value === '') element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
