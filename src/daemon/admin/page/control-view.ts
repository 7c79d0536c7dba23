/** The push box and the buttons, where the daemon lets its page control. */

import type { LiveView } from '../live-view.js';
import type { PushAnswer } from '../push-answer.js';
import { made, part, write } from './dom.js';

const HEADERS = { 'content-type': 'application/json', 'x-gen-socket-client': 'page' };
const COMMANDS = ['reconnect', 'pause', 'resume'] as const;

export class ControlView {
  readonly #section = part('control', HTMLElement);
  readonly #form = part('push', HTMLFormElement);
  readonly #topics = part('topics', HTMLDataListElement);
  readonly #answer = part('answer', HTMLElement);
  readonly #done = part('command-answer', HTMLElement);
  #listed = '';

  constructor() {
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#push();
    });
    for (const command of COMMANDS) {
      part(command, HTMLButtonElement).addEventListener('click', () => void this.#command(command));
    }
  }

  show({ control, channels }: LiveView): void {
    this.#section.hidden = !control;
    const topics = channels.map(({ topic }) => topic);
    const listed = topics.join('\n');
    if (listed === this.#listed) return;
    this.#listed = listed;
    this.#topics.replaceChildren(...topics.map((value) => made('option', { value })));
  }

  async #push(): Promise<void> {
    const payload = payloadIn(part('push-payload', HTMLTextAreaElement).value);
    if (typeof payload === 'string') {
      write(this.#answer, payload);
      return;
    }
    const topic = part('push-topic', HTMLInputElement).value;
    const event = part('push-event', HTMLInputElement).value;
    const wait = part('push-wait', HTMLSelectElement).value;
    write(this.#answer, 'Under way…');
    write(
      this.#answer,
      await asked('push', { topic, event, payload: payload.json, wait }, answerIn),
    );
  }

  async #command(command: (typeof COMMANDS)[number]): Promise<void> {
    write(this.#done, await asked(command, {}, () => Promise.resolve(`${command}: done`)));
  }
}

/** Or what is wrong with it. */
function payloadIn(text: string): { readonly json: unknown } | string {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch (error) {
    return `The payload is not JSON: ${error instanceof Error ? error.message : ''}`;
  }
}

async function asked(
  command: string,
  body: unknown,
  read: (response: Response) => Promise<string>,
): Promise<string> {
  try {
    const init = { method: 'POST', headers: HEADERS, body: JSON.stringify(body) };
    const response = await fetch(`control/${command}`, init);
    return response.ok ? await read(response) : await problemIn(response);
  } catch {
    return 'The daemon does not answer.';
  }
}

async function problemIn(response: Response): Promise<string> {
  const { detail } = (await response.json()) as { readonly detail?: string };
  return `Refused (${response.status}): ${detail ?? ''}`;
}

async function answerIn(response: Response): Promise<string> {
  const answer = (await response.json()) as PushAnswer;
  if (answer.outcome === 'failed') return `${answer.code}: ${answer.error}`;
  if (answer.outcome !== 'replied') return answer.outcome;
  return `${answer.status}\n${JSON.stringify(answer.response, null, 2)}`;
}
