/**
 * Runs a task, never twice at a time. Requests that arrive during a run share one further run, so that every request is
 * served by a run that started after it.
 */
export class OneAtATime {
  readonly #task: () => Promise<void>;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(task: () => Promise<void>) {
    this.#task = task;
  }

  /** Settles like the run that serves the request. */
  request(): Promise<void> {
    if (this.#next) return this.#next;
    if (!this.#running) return this.#start();
    this.#next = this.#running
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.#start();
      });
    return this.#next;
  }

  /** Resolves once nothing runs. */
  async idle(): Promise<void> {
    while (this.#running ?? this.#next) await Promise.allSettled([this.#running, this.#next]);
  }

  #start(): Promise<void> {
    const run = this.#task();
    const done = () => {
      if (this.#running === run) this.#running = undefined;
    };
    this.#running = run;
    run.then(done, done);
    return run;
  }
}
