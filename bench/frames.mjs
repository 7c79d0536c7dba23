/** Frames as a server writes them: unmasked text, made once. */

/** Enough for one write, so that a broadcast to one topic is no write per message. */
const LEAST_FRAMES = 500;

const prepared = new Map();

/** All of one length, so that any number of frames can be cut off. */
export function topicName(index) {
  return `room:${String(index).padStart(5, '0')}`;
}

/** Frames of broadcasts to so many topics in turn, each of about so many bytes. */
export function broadcasts(topics, bytes) {
  const key = `${topics} ${bytes}`;
  if (!prepared.has(key)) prepared.set(key, prepare(topics, bytes));
  return prepared.get(key);
}

/** One broadcast that says when it was sent, in Unix milliseconds with fractions. */
export function stamped(topic, sentAt) {
  return textFrame(JSON.stringify([null, null, topic, 'new_msg', chatMessage(sentAt)]));
}

/** `sentAt`: left out where nobody asks how long it took. */
export function chatMessage(sentAt) {
  return { id: 1_742_001, user: 'u-1742', at: '2025-06-01T12:00:00Z', body: 'hello', sentAt };
}

export function textFrame(text) {
  const size = Buffer.byteLength(text);
  const head = size < 126 ? 2 : 4;
  const frame = Buffer.allocUnsafe(head + size);
  frame[0] = 0x81;
  if (size < 126) frame[1] = size;
  else {
    frame[1] = 126;
    frame.writeUInt16BE(size, 2);
  }
  frame.write(text, head);
  return frame;
}

function prepare(topics, bytes) {
  const count = topics * Math.ceil(LEAST_FRAMES / topics);
  const all = Array.from({ length: count }, (_, index) =>
    frameOf(topicName(index % topics), bytes),
  );
  return { frames: Buffer.concat(all), count, frameBytes: all[0].length };
}

function frameOf(topic, bytes) {
  const short = messageOf(topic, []);
  const line = { id: 48_213_377, name: 'three of these', price: 1299.5, tags: ['new', 'blue'] };
  const lines = Math.round((bytes - short.length) / (JSON.stringify(line).length + 1));
  return textFrame(
    lines > 0
      ? messageOf(
          topic,
          Array.from({ length: lines }, () => line),
        )
      : short,
  );
}

function messageOf(topic, lines) {
  return JSON.stringify([null, null, topic, 'new_msg', { ...chatMessage(), lines }]);
}
