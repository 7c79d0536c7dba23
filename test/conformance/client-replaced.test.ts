/** The client against the recording of a join that replaces another: it joins again when it has heard nothing. */

import { describe, expect, test, vi } from 'vitest';
import type { Client } from '../../src/index.js';
import type { Frame } from '../../src/protocol/serializer.js';
import { type Fields, readMessage, withRefs } from './client-frames.js';
import { MemoryStage } from './client-memory-stage.js';
import { Refs } from './client-refs.js';
import { ObedientWorker } from './client-worker.js';
import { type Recording, readRecording, SERVERS } from './recording.js';

const SCENARIO = 'v2-duplicate-join';
const JOIN_TIMEOUT = 10_000;
const REJOIN_DELAY = 1000;

const topic = 'ping:wild';
const code = 'PHX_JOIN_TIMEOUT';
const error = { name: 'JoinError', code, topic, response: null, retryable: true };
const reply = { status: 'ok', response: { ping: 'pong' } };

describe.each(SERVERS)('as %s', (server) => {
  test(`${SCENARIO}: the late reply and the late close of a replaced join mean nothing`, async () => {
    const recording = readRecording(server, SCENARIO);
    const [join, rejoin, push] = said(recording);
    const [lateReply, promptReply, lateClose, pong] = heard(recording);
    using stage = new MemoryStage();
    const refs = new Refs();
    const worker = new ObedientWorker(refs);
    await using _client = start(worker, stage);
    await stage.dialed();
    await stage.open();

    worker.say(join!);
    bind(join!, await stage.written(), refs);
    vi.advanceTimersByTime(JOIN_TIMEOUT);
    vi.advanceTimersByTime(REJOIN_DELAY);
    bind(rejoin!, await stage.written(), refs);
    await hear(lateReply!, stage, refs);
    expect(worker.told.map(({ callback }) => callback)).not.toContain('handleJoined');
    await hear(promptReply!, stage, refs);
    await hear(lateClose!, stage, refs);
    worker.say(push!);
    bind(push!, await stage.written(), refs);
    await hear(pong!, stage, refs);

    expect(worker.told).toStrictEqual([
      { callback: 'handleConnected', fact: { attempt: 1, transport: 'memory' } },
      { callback: 'handleJoinError', fact: { topic, error, attempt: 1, retryIn: REJOIN_DELAY } },
      { callback: 'handleJoined', fact: { topic, response: {}, gap: null } },
      { callback: 'handleReply', fact: { topic, event: 'ping', ref: '3', key: null, ...reply } },
    ]);
    expect(worker.ignored.map(({ name }) => name)).toEqual(['message.stale', 'message.stale']);
  });
});

function start(worker: ObedientWorker, stage: MemoryStage): Client {
  return worker.start({
    url: stage.urlOf('/socket'),
    transports: [stage.transport],
    timeouts: { join: JOIN_TIMEOUT },
    rejoin: { delays: [REJOIN_DELAY], jitter: 'none' },
    heartbeat: false,
    telemetry: worker.telemetry,
  });
}

function said({ steps }: Recording): readonly Fields[] {
  return steps.flatMap((step) => {
    const message = step.kind === 'out' ? readMessage(step.frame, 'v2', 'client') : null;
    return message === null ? [] : [message];
  });
}

function heard({ steps }: Recording): readonly Frame[] {
  return steps.flatMap((step) => (step.kind === 'in' ? [step.frame] : []));
}

function bind(recorded: Fields, written: Frame, refs: Refs): void {
  const ours = readMessage(written, 'v2', 'client');
  refs.bind(recorded.ref, ours?.ref);
  refs.bind(recorded.joinRef, ours?.joinRef);
  expect(ours).toEqual({ ...recorded, ref: ours?.ref, joinRef: ours?.joinRef });
}

async function hear(frame: Frame, stage: MemoryStage, refs: Refs): Promise<void> {
  stage.hear(withRefs(frame, (ref) => refs.ours(ref)));
  await stage.settled();
}
