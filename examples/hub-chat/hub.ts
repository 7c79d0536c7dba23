/** What the Hub's rooms say: its API document as a contract. */

export type Hub = {
  'room:*': {
    join(params: { username: string }): Record<string, never>;
    pushes: {
      /** Told to everybody in the room, and answered by nothing else. */
      shout(payload: Shout): void;
      'user:typing'(payload: { typing: boolean }): void;
    };
    events: { shout: Shout };
    presence: { username: string; typing: boolean };
  };
};

export type Shout = { readonly body: string; readonly channel: string; readonly name: string };
