/**
 * There was no answer: nothing could be reached, the connection broke, or time was up. Whether the request was carried
 * out is unknown, unless it could be repeated safely.
 *
 * It has no `cause`: what a `fetch` throws may show the request, and with it the token.
 */
export class ConnectionFailed extends Error {
  override readonly name = "ConnectionFailed";
  /** Whether time was up; the connection failed otherwise. */
  readonly isTimeout: boolean;

  private constructor(message: string, isTimeout: boolean) {
    super(message);
    this.isTimeout = isTimeout;
  }

  static timedOut(milliseconds: number): ConnectionFailed {
    return new ConnectionFailed(`The service did not answer within ${milliseconds} ms`, true);
  }

  /** @param error What `fetch` threw: only a code of the system, such as `ECONNREFUSED`, is taken from it. */
  static because(error: unknown): ConnectionFailed {
    const code = systemCode(error) ?? systemCode(property(error, "cause"));
    return new ConnectionFailed(`The connection to the service failed${code === undefined ? "" : `: ${code}`}`, false);
  }
}

function systemCode(error: unknown): string | undefined {
  const code = property(error, "code");
  return typeof code === "string" && /^(UND_ERR|E)[A-Z0-9_]{1,40}$/.test(code) ? code : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
