/** Which ref of ours stands for which of the recording. */

type Ref = string | number | null;

export class Refs {
  readonly #ours = new Map<string, string>();
  readonly #recorded = new Map<string, string>();

  /** Throws when either stands for another already. A recorded null stands for nothing. */
  bind(recorded: Ref, ours: unknown): void {
    if (typeof ours !== 'string') throw new Error(`a ref of ours is ${JSON.stringify(ours)}`);
    if (recorded === null) return;
    const name = String(recorded);
    const known = this.#ours.get(name);
    if (known === undefined && !this.#recorded.has(ours)) {
      this.#ours.set(name, ours);
      this.#recorded.set(ours, name);
    } else if (known !== ours) {
      throw new Error(`ref ${name} is ${String(known)} and cannot be ${ours} as well`);
    }
  }

  /** With the JSON type that was recorded; one that the client never drew stays a stranger's. */
  ours(recorded: Ref): Ref {
    if (recorded === null) return null;
    const ours = this.#ours.get(String(recorded)) ?? `stranger ${recorded}`;
    return typeof recorded === 'number' ? Number(ours) : ours;
  }

  /** Null: no ref of the recording. */
  recorded(ours: string): string | null {
    return this.#recorded.get(ours) ?? null;
  }
}
