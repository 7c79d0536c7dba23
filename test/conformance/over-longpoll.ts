/** What a recording of a WebSocket would show over long poll: the same frames, other refusals and another end. */

import { manifest } from './manifest.js';
import { readRecording, type Recording, type Step } from './recording.js';

/** The recorded server had it at this mount, and where nothing is. */
const MOUNTS = ['/socket/', '/nosuch/'];

/** Said by Phoenix in place of whatever `connect/3` and its error handler say. */
const FORBIDDEN = { kind: 'refused', status: 403, body: '' } as const;

/** No Close frame: the client finds its session gone. */
const GONE = {
  kind: 'close',
  code: 3410,
  reason: 'the server does not know the session any more',
} as const;

/** What a server says in bytes need not fit into JSON: test/faults/longpoll.test.ts has the end of that. */
const NOT_UTF8 = 'v2-binary';

export function hasLongPoll(scenario: string): boolean {
  const { path } = readRecording('bandit', scenario);
  return scenario !== NOT_UTF8 && MOUNTS.some((mount) => path.startsWith(mount));
}

export function overLongPoll(recording: Recording, scenario: string): Recording {
  const isServers = manifest[scenario]?.ends !== undefined;
  return { ...recording, steps: recording.steps.map((step) => changed(step, isServers)) };
}

function changed(step: Step, isServers: boolean): Step {
  if (step.kind === 'refused' && step.status === 401) return FORBIDDEN;
  return step.kind === 'close' && isServers ? GONE : step;
}
