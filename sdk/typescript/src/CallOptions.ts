/** How one call is made. */
export interface CallOptions {
  /** Gives the call up, its waiting between attempts included: it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}
