import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from 'gen-socket-client';
import { type ChannelTable, PhoenixDouble } from 'gen-socket-client/testing';

const rooms: ChannelTable = {
  'room:*': {
    join: (params, channel) => {
      if (params === null) channel.refuse({ reason: 'who are you?' });
    },
    joined: (channel) => {
      const { name } = channel.params as { name: string };
      channel.push('presence_state', channel.presences());
      channel.track(name, { typing: false });
    },
  },
};

test('sees who is there again when the server is back behind its proxy', async () => {
  await using server = await PhoenixDouble.start(rooms);
  const reconnect = { min: 10, max: 20 };
  await using socket = await connect(server.url, { reconnect });
  const room = await socket.join('room:den', { name: 'robin' });
  await server.seen({ kind: 'broadcast', event: 'presence_diff' });

  const later = server.mark(); // a log that begins now
  server.faults.refuse(502);
  server.cut();
  await later.seen({ kind: 'refused', status: 502 });
  server.faults.heal();
  const { params } = await later.seen({ kind: 'joined', topic: 'room:den' });
  assert.deepEqual(params, { name: 'robin' });

  for await (const change of room.presence.changes()) {
    if (room.presence.get('robin') !== undefined) break;
    assert.equal(change.type, 'synced');
  }
});
