/** A table that changes in place: a row for each item, kept as long as the item is there. */

import { made, mark, write } from './dom.js';

export type Cell = { readonly text: string; readonly title?: string; readonly tone?: string };

export type Column<T> = {
  readonly title: string;
  readonly isNumber?: boolean;
  readonly cell: (item: T) => Cell;
};

/** The roles are said although the tags have them: on a phone rows are shown as cards, and browsers then forget them. */
export class Table<T> {
  readonly #body: HTMLTableSectionElement;
  readonly #columns: readonly Column<T>[];
  readonly #keyOf: (item: T) => string;
  #rows = new Map<string, HTMLTableRowElement>();

  constructor(table: HTMLTableElement, columns: readonly Column<T>[], keyOf: (item: T) => string) {
    this.#columns = columns;
    this.#keyOf = keyOf;
    mark(table, 'role', 'table');
    const head = made('thead', { role: 'rowgroup' });
    const row = made('tr', { role: 'row' });
    row.append(...columns.map(headOf));
    head.append(row);
    this.#body = made('tbody', { role: 'rowgroup' });
    table.append(head, this.#body);
  }

  show(items: readonly T[]): void {
    const before = this.#rows;
    this.#rows = new Map();
    items.forEach((item, index) => {
      const key = this.#keyOf(item);
      const row = before.get(key) ?? this.#newRow();
      before.delete(key);
      this.#rows.set(key, row);
      this.#fill(row, item);
      const there = this.#body.children.item(index);
      if (there !== row) this.#body.insertBefore(row, there);
    });
    for (const row of before.values()) row.remove();
  }

  #newRow(): HTMLTableRowElement {
    const row = made('tr', { role: 'row' });
    row.append(...this.#columns.map(cellOf));
    return row;
  }

  #fill(row: HTMLTableRowElement, item: T): void {
    this.#columns.forEach(({ cell }, index) => {
      const element = row.children.item(index);
      if (element === null) return;
      const { text, title = '', tone = '' } = cell(item);
      write(element, text);
      mark(element, 'title', title);
      mark(element, 'data-tone', tone);
    });
  }
}

function headOf<T>({ title, isNumber }: Column<T>): HTMLTableCellElement {
  return made('th', { scope: 'col', role: 'columnheader', class: classOf(isNumber) }, title);
}

function cellOf<T>({ title, isNumber }: Column<T>, index: number): HTMLTableCellElement {
  const role = index === 0 ? 'rowheader' : 'cell';
  const attributes = { role, 'data-label': title, class: classOf(isNumber) };
  return index === 0 ? made('th', { ...attributes, scope: 'row' }) : made('td', attributes);
}

function classOf(isNumber = false): string {
  return isNumber ? 'number' : '';
}
