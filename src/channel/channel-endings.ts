/** How joins, memberships and leaves end: what the channel's chart records of it, and where it goes from there. */

export const refused = {
  type: 'record',
  params: ({ event }: { event: { response: unknown } }) => ({
    failure: { kind: 'refused' as const, response: event.response },
  }),
} as const;
/** A phx_error or phx_close before the join's own reply: the join came to nothing. */
export const aborted = ended('aborted');
export const crashed = ended('crashed');
export const closed = ended('closed');

export const unprepared = {
  type: 'record',
  params: { failure: { kind: 'params', error: null } },
} as const;
export const timedOut = { type: 'record', params: { failure: { kind: 'timeout' } } } as const;
const inTime = { type: 'announceLeft', params: { inTime: true } } as const;
const overdue = { type: 'announceLeft', params: { inTime: false } } as const;
/** The server does not hold the channel, so there is nobody to tell. */
const leftAtOnce = { target: '#channel.closed', actions: ['forgetJoin', inTime] } as const;
export const leaves = [{ guard: 'mayBeJoined', target: '#channel.leaving' }, leftAtOnce] as const;
/** A join asked for while leaving follows the leave. */
export const goodbye = bye(inTime);
export const lateGoodbye = bye(overdue);

function bye<A extends typeof inTime | typeof overdue>(actions: A) {
  return [
    { guard: 'isWantedAgain', target: 'waiting', actions },
    { target: 'closed', actions },
  ] as const;
}

function ended<K extends 'aborted' | 'crashed' | 'closed'>(kind: K) {
  return {
    type: 'record',
    params: ({ event }: { event: { payload: unknown } }) => ({
      failure: { kind, payload: event.payload },
    }),
  } as const;
}
