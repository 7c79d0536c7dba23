/** What a command was given: its arguments in order, and the values of its options by name. */

export type OptionValue = string | boolean | readonly string[] | undefined;

export class Given {
  /** Those of a list follow one another. */
  readonly args: readonly string[];
  readonly #values: { readonly [name: string]: OptionValue };

  constructor(args: readonly string[], values: { readonly [name: string]: OptionValue }) {
    this.args = args;
    this.#values = values;
  }

  /** Whether a switch was set. */
  has(option: string): boolean {
    return this.#values[option] === true;
  }

  /** Whether a switch was set that is on by itself: `--no-reply`. */
  isOff(option: string): boolean {
    return this.#values[option] === false;
  }

  text(option: string): string | undefined {
    const value = this.#values[option];
    return typeof value === 'string' ? value : undefined;
  }

  /** The values of an option that repeats. */
  texts(option: string): readonly string[] {
    const value = this.#values[option];
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }
}
