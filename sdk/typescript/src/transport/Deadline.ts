/** The end of one attempt: when its time is up, or when the caller gives up, whatever comes first. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #milliseconds: number;
  readonly #caller: AbortSignal | undefined;
  readonly #giveUp = (): void => this.#controller.abort();
  #timer: ReturnType<typeof setTimeout>;
  #hasPassed = false;
  /** A body may still be taken when the answer has come. */
  #isCleared = false;

  constructor(milliseconds: number, caller: AbortSignal | undefined) {
    this.#milliseconds = milliseconds;
    this.#caller = caller;
    this.#timer = this.#started();
    if (caller?.aborted === true) this.#controller.abort();
    else caller?.addEventListener("abort", this.#giveUp);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get milliseconds(): number {
    return this.#milliseconds;
  }

  /** Whether time was up. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  /** Begins the time again: bytes have arrived or were sent. */
  extend(): void {
    if (this.#isCleared || this.#controller.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = this.#started();
  }

  /** Stops the time until it is extended: the caller is at work, not the service. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** To be called at the end: a signal of the caller may live for long, and would keep every attempt. */
  clear(): void {
    this.#isCleared = true;
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#giveUp);
  }

  #started(): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      this.#hasPassed = true;
      this.#controller.abort();
    }, this.#milliseconds);
  }
}
