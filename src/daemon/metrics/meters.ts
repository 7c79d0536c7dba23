/** What the parts of the daemon measure, besides what their status tells. */

export interface Meters {
  /** A request of the API or the admin listener; `route` is its pattern, never its path. */
  request(
    listener: 'api' | 'admin' | 'probes',
    route: string,
    status: number,
    seconds: number,
  ): void;
  /** One attempt of a delivery. */
  attempt(
    delivery: string,
    outcome: 'success' | 'retry' | 'drop' | 'deadLetter',
    seconds: number,
  ): void;
}
