/** The codes of errors whose answer names none, by their status: those of media, accounts and SocialPlay. */
const codes: Readonly<Record<number, string>> = {
  400: "VALIDATION_ERROR",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  405: "METHOD_NOT_ALLOWED",
  409: "CONFLICT",
  410: "GONE",
  412: "PRECONDITION_FAILED",
  413: "TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE",
  416: "RANGE_NOT_SATISFIABLE",
  423: "LOCKED",
  429: "RATE_LIMIT_EXCEEDED",
  460: "CHECKSUM_MISMATCH",
  500: "INTERNAL_ERROR",
  503: "SERVICE_UNAVAILABLE",
};

export function codeOfStatus(status: number): string | undefined {
  return codes[status];
}
