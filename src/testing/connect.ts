/** Whether a dial is admitted: what `connect/3` is shown, and what it may answer. */

/** The answer to a dial that is not admitted. */
export type Refusal = {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
};

/** What `connect/3` may see of a dial. */
export type ConnectInfo = {
  readonly params: { readonly [name: string]: unknown };
  /** Null where the mount takes no auth token. */
  readonly authToken: string | null;
  /** Only those that Phoenix can show: `x-*`, `sec-websocket-*`, `user-agent`, `traceparent`, `tracestate`. */
  readonly headers: { readonly [name: string]: string };
};

export type Connect = (info: ConnectInfo) => void | Refusal | Promise<void | Refusal>;

/** What Phoenix answers for `:error`, and for a version that it does not speak. */
export const FORBIDDEN: Refusal = { status: 403 };

/** The rules of the recorded server's `connect/3` and of its error handler. */
export function connectAsRecorded({ params, authToken }: ConnectInfo): Refusal | undefined {
  if (params['deny'] !== undefined) return FORBIDDEN;
  const token = params['token'] ?? authToken;
  return token === 'expired' ? { status: 401, body: 'Unauthorized' } : undefined;
}
