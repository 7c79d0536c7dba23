/** A worker that crashes when it is told to, and says what became of it. */

import { GenSocketClient, type StopReason } from '../../src/index.js';

export class CrashingWorker extends GenSocketClient {
  readonly heard: unknown[] = [];
  readonly ends: StopReason['kind'][] = [];

  override init(): void {
    this.join('room:1');
  }

  /** `crash` crashes it; anything else it notes. */
  override handleInfo(info: unknown): void {
    if (info === 'crash') throw new TypeError('of the worker');
    this.heard.push(info);
  }

  /** Answers what it was asked; `never` it leaves unanswered. */
  override handleCall(request: string): unknown {
    if (request === 'never') return this.push('room:1', 'silence');
    return request;
  }

  override terminate({ kind }: StopReason): void {
    this.ends.push(kind);
  }
}
