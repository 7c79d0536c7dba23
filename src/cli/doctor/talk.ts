/** What only an open session tells: a heartbeat's round trip, a join, and a good end. */

import { heartbeatMessage, joinMessage, leaveMessage } from '../../protocol/message.js';
import { TOO_MANY_CHANNELS, UNMATCHED_TOPIC } from '../../protocol/names.js';
import { NO_CLOSE_FRAME } from '../../transport/close-frame.js';
import { attempt } from './attempt.js';
import { failed, type Failed, type Outcome, passed, type Problem, skipped } from './finding.js';
import { BY_LATE_STEP, BY_SIGN } from './problems.js';
import type { Answer, Probe } from './probe.js';
import type { Visit } from './visit.js';

const REFS = { heartbeat: '1', join: '2', leave: '3' } as const;

const EXCERPT = 200;

export async function beat(probe: Probe, visit: Visit): Promise<Outcome> {
  const tried = await attempt('heartbeat', visit.limits, () =>
    probe.ask(heartbeatMessage(REFS.heartbeat)),
  );
  if (!tried.isDone) return tried.outcome;
  const answer = tried.value;
  if ('kind' in answer && answer.kind === 'reply' && answer.status === 'ok') {
    return passed('answered', tried.ms, null);
  }
  return noAnswer(answer, visit);
}

export async function join(probe: Probe, visit: Visit): Promise<Outcome> {
  const { topic, joinParams, limits, secrets } = visit;
  if (topic === null) return skipped('no TOPIC was given');
  const tried = await attempt('join', limits, () =>
    probe.ask(joinMessage(topic, REFS.join, joinParams)),
  );
  if (!tried.isDone) return tried.outcome;
  const answer = tried.value;
  if (!('kind' in answer) || answer.kind !== 'reply') return noAnswer(answer, visit);
  const response = secrets.excerpt(JSON.stringify(answer.response), EXCERPT);
  if (answer.status === 'ok') return passed(`joined, response ${response}`, tried.ms, null);
  return failed(
    `${secrets.excerpt(answer.status, EXCERPT)}, response ${response}`,
    whyRefused(answer.response),
  );
}

/** Leaves what was joined, then closes: the answer to each may be waited for. */
export async function hangUp(probe: Probe, visit: Visit, isJoined: boolean): Promise<Outcome> {
  const tried = await attempt('close', visit.limits, async () => {
    if (isJoined && visit.topic !== null) {
      await probe.ask(leaveMessage(visit.topic, REFS.join, REFS.leave));
    }
    return probe.close();
  });
  if (!tried.isDone) return tried.outcome;
  const { code, cause } = tried.value;
  if (cause !== 'requested') return noAnswer(tried.value, visit);
  if (code === NO_CLOSE_FRAME) return failed('no Close frame came back', BY_LATE_STEP.close);
  return passed(isJoined ? 'left the topic, and closed' : 'closed', tried.ms, null);
}

function noAnswer(answer: Answer, { secrets }: Visit): Failed {
  if (answer instanceof Error) return failed(answer.message, BY_SIGN['not phoenix']);
  if ('cause' in answer) {
    const reason = secrets.excerpt(answer.reason, EXCERPT);
    return failed(`the connection was closed, ${answer.code} ${reason}`, BY_SIGN['closed early']);
  }
  const isEnd = answer.kind === 'crashed' || answer.kind === 'closed';
  return failed(`answered by ${answer.kind}`, BY_SIGN[isEnd ? 'join crashed' : 'not phoenix']);
}

function whyRefused(response: unknown): Problem {
  const reason =
    typeof response === 'object' && response !== null && 'reason' in response
      ? response.reason
      : '';
  return BY_REASON[String(reason)] ?? BY_SIGN['join refused'];
}

/** The reasons that are Phoenix's own; any other is the application's. */
const BY_REASON: { readonly [reason: string]: Problem } = {
  [UNMATCHED_TOPIC]: BY_SIGN['unmatched topic'],
  [TOO_MANY_CHANNELS]: BY_SIGN['too many channels joined'],
  'join crashed': BY_SIGN['join crashed'],
};
