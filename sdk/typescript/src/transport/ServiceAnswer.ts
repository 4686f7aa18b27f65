/** One whole answer, as it came. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Empty for 204. */
  readonly text: string;
  /** The path that was asked. */
  readonly path: string;
  /** What the service's log calls the request. */
  readonly requestId: string | undefined;
}
