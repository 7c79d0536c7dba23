/** What tests of supervised workers do to one that crashes when it is told to. */

import { CrashingWorker } from './crashing-worker.js';
import type { SupervisedStage } from './supervised-stage.js';

/** Makes workers, and remembers them. */
export function maker() {
  const made: CrashingWorker[] = [];
  const make = () => {
    const worker = new CrashingWorker();
    made.push(worker);
    return worker;
  };
  return { made, make };
}

export function isConnected(stage: SupervisedStage<CrashingWorker>): () => boolean {
  return () => stage.client.status.channels.get('room:1')?.state === 'joined';
}

/** Crashes the present life, and waits until it is gone. */
export async function crash(stage: SupervisedStage<CrashingWorker>): Promise<void> {
  await stage.until(isConnected(stage));
  const stops = stage.facts('client.stopped').length;
  stage.client.notify('crash');
  await stage.until(() => stage.facts('client.stopped').length > stops);
}
