/** The end of one attempt: when its time is up, or when the caller gives up, whatever comes first. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #caller: AbortSignal | undefined;
  readonly #giveUp = (): void => this.#controller.abort();
  #hasPassed = false;

  constructor(milliseconds: number, caller: AbortSignal | undefined) {
    this.#caller = caller;
    this.#timer = setTimeout(() => {
      this.#hasPassed = true;
      this.#controller.abort();
    }, milliseconds);
    if (caller?.aborted === true) this.#controller.abort();
    else caller?.addEventListener("abort", this.#giveUp);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether time was up. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  /** To be called at the end: a signal of the caller may live for long, and would keep every attempt. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#giveUp);
  }
}
