/** What the service said of an error. */
export interface ErrorDetails {
  /** The HTTP status, such as 404. */
  readonly status: number;
  /** What a program decides by, such as `FRIEND_REQUEST_NOT_FOUND`; `UNKNOWN` when something in between answered. */
  readonly code: string;
  /** What a person reads. */
  readonly message: string;
  /** The path that was asked. */
  readonly path: string;
  /** When it happened: ISO 8601, UTC. */
  readonly timestamp: string;
  /** The id of the request in the service's log, for its operator. */
  readonly requestId?: string | undefined;
  /** How long to wait before asking again, if the service said so. */
  readonly retryAfterSeconds?: number | undefined;
  /** A sentence for each wrong member of the request, where the service names them. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

/** The service answered, and the answer is no. Its subclasses say what kind of no. */
export class SocialServiceError extends Error implements ErrorDetails {
  override readonly name: string = "SocialServiceError";
  readonly status: number;
  readonly code: string;
  readonly path: string;
  readonly timestamp: string;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly fields: Readonly<Record<string, string>>;

  constructor(details: ErrorDetails) {
    super(details.message);
    this.status = details.status;
    this.code = details.code;
    this.path = details.path;
    this.timestamp = details.timestamp;
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.fields = details.fields ?? {};
  }
}
