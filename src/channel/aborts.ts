/** Takes pushes and waits back when their signals abort: one listener a signal, because Node 20 warns of more than ten. */

/** What is taken back. */
export interface Abortable {
  abort(): void;
}

type Watch = { readonly watched: Set<Abortable>; readonly onAbort: () => void };

export class Aborts {
  readonly #watches = new Map<AbortSignal, Watch>();

  watch(signal: AbortSignal, abortable: Abortable): void {
    const watch = this.#watches.get(signal) ?? this.#listen(signal);
    watch.watched.add(abortable);
  }

  /** The last one of a signal takes the listener with it: a signal may live for months. */
  forget(signal: AbortSignal, abortable: Abortable): void {
    const watch = this.#watches.get(signal);
    if (watch === undefined) return;
    watch.watched.delete(abortable);
    if (watch.watched.size > 0) return;
    this.#watches.delete(signal);
    signal.removeEventListener('abort', watch.onAbort);
  }

  #listen(signal: AbortSignal): Watch {
    const watched = new Set<Abortable>();
    const onAbort = () => {
      for (const each of watched) each.abort();
    };
    const watch = { watched, onAbort };
    this.#watches.set(signal, watch);
    signal.addEventListener('abort', onAbort);
    return watch;
  }
}
