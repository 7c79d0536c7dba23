// The ping channel, and every message as it goes over the wire: its five fields, and what each of them means.
import { connect, type Serializer, v2, type WireMessage } from 'gen-socket-client';

const url = process.argv[2] ?? process.env['PHOENIX_URL'] ?? 'ws://localhost:4000/socket';

type Meanings = { readonly [field: string]: string };

const USUAL: Meanings = {
  join_ref: 'said under the membership of that name',
  ref: 'names this message: its reply carries the same',
  topic: 'which channel',
  event: 'what happens, in the words of the application',
  payload: 'what there is to say about it',
};

const PHOENIX: { readonly [event: string]: Meanings } = {
  phx_join: {
    join_ref: 'names the membership that begins',
    event: 'a join',
    payload: 'its params',
  },
  phx_reply: { ref: 'of the message it answers', event: 'a reply', payload: 'status and response' },
  phx_leave: { event: 'a leave' },
  phx_close: { ref: 'of the join that is over', event: 'the membership has ended' },
};

function show(arrow: '→' | '←', frame: string, message: WireMessage) {
  const { joinRef: join_ref, ref, topic, event, payload } = message;
  const unasked = ref === null ? { ref: 'answers nothing' } : {};
  const meanings: Meanings = { ...USUAL, ...unasked, ...PHOENIX[event] };
  console.log(arrow, frame);
  for (const [field, value] of Object.entries({ join_ref, ref, topic, event, payload })) {
    console.log(`  ${field.padEnd(9)}${JSON.stringify(value)}: ${meanings[field] ?? ''}`);
  }
}

/** Version 2 as it is; what passes is shown. */
const shown: Serializer = {
  ...v2,
  encode(message) {
    const frame = v2.encode(message);
    show('→', String(frame), message);
    return frame;
  },
  decode(frame) {
    const message = v2.decode(frame);
    if (!(message instanceof Error)) show('←', String(frame), message);
    return message;
  },
};

await using socket = await connect(url, { serializer: shown });
const wild = await socket.join('ping:wild');

const reply = await wild.push('ping', { ack_phrase: 'wit' }).reply();
console.log('a reply:', reply);

const refused = await wild.push('fail', { reason: 'no wit' }).outcome();
if (!refused.ok) console.log('an error reply:', refused.error.code, refused.error.response);

wild.push('push_me', { wit: 'none' });
const { event, payload } = await wild.receive();
console.log('a message that answers nothing:', event, payload);

await wild.leave();
