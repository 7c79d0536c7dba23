// Slipstream's scripting tutorial, from top to bottom.
import { connect } from 'gen-socket-client';

const url = process.argv[2] ?? process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket';

await using socket = await connect(url);
console.log(socket.status.state);

const lobby = await socket.join('rooms:lobby', { fizz: 'buzz' });
console.log(lobby.status.state, lobby.response);

console.log(lobby.push('quicksand', { a: 'b' }).ref);

console.log(await lobby.push('ping', {}).reply());
console.log(await lobby.push('ping').ok());

lobby.push('push to me');
await lobby.push('ping').ok(); // in order: when this has its reply, the message is there
console.log(socket.flush());

lobby.push('push to me');
console.log(await lobby.receive('foo', { bar: 'baz' }));

lobby.push('push to me');
console.log(await socket.receive());

lobby.push('push to me');
for await (const { event, payload } of lobby.messages()) {
  console.log(event, payload);
  break;
}

await lobby.leave();
console.log(lobby.status.state);
await socket.disconnect();
console.log(await socket.closed);
