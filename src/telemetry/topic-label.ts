/** The label of a topic in metrics: its kind and not its name, and a bounded number of kinds. */

const MOST = 50;
const OTHERS = 'other';

export class TopicLabels {
  readonly #known = new Set<string>();

  /** The text before the first `:`, for the first 50 distinct ones; then `other`. */
  of(topic: string): string {
    const end = topic.indexOf(':');
    const label = end === -1 ? topic : topic.slice(0, end);
    if (this.#known.has(label)) return label;
    if (this.#known.size >= MOST) return OTHERS;
    this.#known.add(label);
    return label;
  }
}
