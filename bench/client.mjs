/** One contender, one measurement, one process: neither heap nor compiled code is shared with another. */

import { MEASUREMENTS } from './measurements.mjs';

const { contender: name, measurement, url, ...sizes } = JSON.parse(process.argv[2]);
const waiting = new Map();

process.on('disconnect', () => process.exit(1));
process.on('message', ({ id, ...answer }) => {
  waiting.get(id)(answer);
  waiting.delete(id);
});

const { connect } = await import(`./contenders/${name}.mjs`);
const contender = { onMessage: () => undefined, connection: null };
contender.connection = await connect(url, (payload) => contender.onMessage(payload));
const result = await MEASUREMENTS[measurement](contender, askServer, sizes);
await contender.connection.close();
process.send({ result }, () => process.exit());

/** The bench passes it on: the connection under measurement carries nothing else. */
function askServer(question) {
  return new Promise((resolve) => {
    const id = waiting.size + 1;
    waiting.set(id, resolve);
    process.send({ id, ...question });
  });
}
