/** Channels of the double that say what clients do: topics and events, never a payload or a param. */

import type { ChannelDouble, ChannelTable, ServerChannel } from '../testing/channel-double.js';
import { type Connect, connectAsRecorded } from '../testing/connect.js';

type Tell = (line: string) => void;
type Handlers = NonNullable<ChannelDouble['handle']>;

export function loudChannels(channels: ChannelTable, tell: Tell): ChannelTable {
  const entries = Object.entries(channels);
  return Object.fromEntries(entries.map(([pattern, channel]) => [pattern, loud(channel, tell)]));
}

/** The double's own answer, said. */
export function loudConnect(tell: Tell): Connect {
  return (info) => {
    const refusal = connectAsRecorded(info);
    tell(refusal === undefined ? 'connect' : `connect refused with ${refusal.status}`);
    return refusal;
  };
}

function loud(channel: ChannelDouble, tell: Tell): ChannelDouble {
  return {
    ...channel,
    join(params: unknown, member: ServerChannel) {
      tell(`join    ${shown(member.topic)}`);
      return channel.join?.(params, member);
    },
    handle: loudHandlers(channel.handle ?? {}, tell),
    leave(member: ServerChannel) {
      tell(`end     ${shown(member.topic)}`);
      channel.leave?.(member);
    },
  };
}

function loudHandlers(handlers: Handlers, tell: Tell): Handlers {
  const entries = Object.entries(handlers).map(([event, handler]) => {
    const told: Handlers[string] = (payload, member, push) => {
      tell(`push    ${shown(member.topic)} ${shown(event)}`);
      return handler(payload, member, push);
    };
    return [event, told] as const;
  });
  return Object.fromEntries(entries);
}

/** As JSON where it is not plain, so that a name from outside cannot write a line of its own. */
function shown(name: string): string {
  return /^[\w:.*@-]+$/.test(name) ? name : JSON.stringify(name);
}
