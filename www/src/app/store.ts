/** The one place that holds state. Views read it; actions change it; nothing else does. */
export class Store<S extends object> {
  #state: S;
  #listeners = new Set<(state: S, before: S) => void>();

  constructor(initial: S) {
    this.#state = initial;
  }

  get state(): S {
    return this.#state;
  }

  set(patch: Partial<S>): void {
    const before = this.#state;
    this.#state = { ...before, ...patch };
    for (const listener of this.#listeners) listener(this.#state, before);
  }

  subscribe(listener: (state: S, before: S) => void): void {
    this.#listeners.add(listener);
  }
}
