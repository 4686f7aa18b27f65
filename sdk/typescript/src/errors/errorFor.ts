import type { ServiceAnswer } from "../transport/ServiceAnswer.js";
import { parseJson } from "../transport/parseJson.js";
import { Conflict } from "./Conflict.js";
import { Forbidden } from "./Forbidden.js";
import { NotFound } from "./NotFound.js";
import { codeOfStatus } from "./codeOfStatus.js";
import { RangeNotSatisfiable } from "./RangeNotSatisfiable.js";
import { RateLimited } from "./RateLimited.js";
import { retryAfterSeconds } from "./retryAfterSeconds.js";
import { ServerError } from "./ServerError.js";
import { SocialServiceError } from "./SocialServiceError.js";
import type { ErrorDetails } from "./SocialServiceError.js";
import { Unauthorized } from "./Unauthorized.js";
import { ValidationError } from "./ValidationError.js";

/** The exception for an answer that is no success. */
export function errorFor(answer: ServiceAnswer): SocialServiceError {
  const details = detailsOf(answer);
  switch (answer.status) {
    case 400:
    case 413:
    case 415:
      return new ValidationError(details);
    case 416:
      return new RangeNotSatisfiable(details);
    case 401:
      return new Unauthorized(details);
    case 403:
      return new Forbidden(details);
    case 404:
    case 410:
      return new NotFound(details);
    case 409:
    case 412:
    case 423:
      return new Conflict(details);
    case 429:
      return new RateLimited(details);
    default:
      return answer.status >= 500 ? new ServerError(details) : new SocialServiceError(details);
  }
}

/**
 * A proxy in between answers with a page of its own: what is missing is filled in, and its page is not shown. Media and
 * accounts answer `{success: false, error}` with a sentence, SocialPlay `{status: "error", message}`, both with a code
 * only where a status has several meanings, and `HEAD` and 416 with nothing.
 */
function detailsOf(answer: ServiceAnswer): ErrorDetails {
  const body = parseJson(answer.text);
  const text = (name: string): string | undefined => {
    const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
    return typeof value === "string" ? value : undefined;
  };
  const isSentence =
    answer.text === "" ||
    (typeof body === "object" && body !== null && ("success" in body || text("status") === "error"));
  return {
    status: answer.status,
    code: (isSentence ? (text("code") ?? codeOfStatus(answer.status)) : text("error")) ?? "UNKNOWN",
    message:
      text("message") ?? (isSentence ? text("error") : undefined) ?? `The service answered with status ${answer.status}`,
    path: text("path") ?? answer.path,
    timestamp: text("timestamp") ?? new Date().toISOString(),
    requestId: answer.requestId,
    retryAfterSeconds: retryAfterSeconds(answer.headers.get("Retry-After")),
    fields: fieldsOf(body),
  };
}

/** The sentence about each wrong member, as SocialPlay answers them. */
function fieldsOf(body: unknown): Readonly<Record<string, string>> {
  const errors: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "errors") : undefined;
  const fields: Record<string, string> = {};
  for (const error of Array.isArray(errors) ? (errors as unknown[]) : []) {
    if (typeof error !== "object" || error === null) continue;
    const field: unknown = Reflect.get(error, "field");
    const message: unknown = Reflect.get(error, "message");
    if (typeof field === "string" && typeof message === "string") fields[field] = message;
  }
  return fields;
}
