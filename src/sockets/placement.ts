/** Which socket carries a topic, when Phoenix admits only so many channels to each. */

export type Load = {
  /** Channels that this socket carries, joined or not. */
  readonly carried: number;
};

/** The first socket with room, else a new one, else null: all are full and there may be no more. */
export function placeAmong<S extends Load>(
  sockets: readonly S[],
  limits: { readonly channels: number; readonly sockets: number },
): S | 'new' | null {
  const roomy = sockets.find((socket) => socket.carried < limits.channels);
  if (roomy !== undefined) return roomy;
  return sockets.length < limits.sockets ? 'new' : null;
}
