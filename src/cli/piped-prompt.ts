/** Node's prompt on a pipe: each line is typed when the one before has been answered, as a person would. */

import { createInterface } from 'node:readline';
import { type REPLServer, start } from 'node:repl';
import { PassThrough, type Readable } from 'node:stream';

export type PipeEnds = {
  readonly input: Readable;
  readonly output: NodeJS.WritableStream;
  readonly useColors: boolean;
};

export function startOnPipe({ input, output, useColors }: PipeEnds): REPLServer {
  const typed = new PassThrough();
  const common = { prompt: '', terminal: false, useGlobal: true };
  const server = start({ ...common, input: typed, output, useColors });
  void typeAll(input, typed, answersOf(server));
  return server;
}

/** Ends with the input: `next` resolves when the prompt has answered and awaits a line. */
async function typeAll(input: Readable, typed: PassThrough, next: NextAnswer): Promise<void> {
  for await (const line of createInterface({ input })) {
    const answered = next();
    typed.write(`${line}\n`);
    await answered;
  }
  typed.end();
}

type NextAnswer = () => Promise<void>;

/** The prompt is displayed after each answer; but also when an error that no line awaits has been shown. */
function answersOf(server: REPLServer): NextAnswer {
  let tell: () => void = () => undefined;
  let isStray = false;
  // Told in the same turn, before the prompt shows it.
  process.on('uncaughtExceptionMonitor', () => {
    isStray = true;
    process.nextTick(() => {
      isStray = false;
    });
  });
  server.displayPrompt = () => {
    if (!isStray) tell();
  };
  return () =>
    new Promise((resolve) => {
      tell = resolve;
    });
}
