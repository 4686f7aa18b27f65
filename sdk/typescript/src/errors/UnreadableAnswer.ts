import { SocialServiceError } from "./SocialServiceError.js";

/**
 * The answer is none of this service: larger than 8 MiB, or no JSON. Most often `baseUrl` leads to something else. Its
 * `code` is `UNREADABLE_ANSWER`. The request may have been carried out.
 */
export class UnreadableAnswer extends SocialServiceError {
  override readonly name = "UnreadableAnswer";

  constructor(status: number, path: string, message: string, requestId: string | undefined) {
    super({ status, code: "UNREADABLE_ANSWER", message, path, timestamp: new Date().toISOString(), requestId });
  }
}
