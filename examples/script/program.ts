import { connect } from 'gen-socket-client';

const socket = await connect(process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket');
const lobby = await socket.join('rooms:lobby', { fizz: 'buzz' });

console.log(await lobby.push('ping').ok());

lobby.push('push to me');
const { payload } = await lobby.receive('foo', { bar: 'baz' });
console.log(payload);

await socket.disconnect();
