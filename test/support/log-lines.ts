/** A real pino, and the lines that it has written. */

import { type Logger, pino } from 'pino';

export type LogLine = {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
};

export class Lines {
  readonly logger: Logger;
  /** As they were written. */
  readonly texts: string[] = [];

  constructor() {
    const write = (text: string): void => void this.texts.push(text);
    this.logger = pino({ level: 'trace', base: null, timestamp: false }, { write });
  }

  get all(): readonly LogLine[] {
    return this.texts.map((text) => JSON.parse(text) as LogLine);
  }

  of(fact: string): readonly LogLine[] {
    return this.all.filter((line) => line['fact'] === fact);
  }
}
