/** This project, each push awaited by `ok()` instead of told to `handleReply`. */

import { connect as connectOurs } from './ours.mjs';

export async function connect(url, onMessage) {
  const ours = await connectOurs(url, onMessage);
  return {
    join: (topics) => ours.join(topics),
    push: (topic, payload, replied) => ours.pushAwaited(topic, payload, replied),
    close: () => ours.close(),
  };
}
