import type { CallOptions } from "../CallOptions.js";
import { formBody } from "../media/formBody.js";
import type { UploadSource } from "../media/options.js";
import { UploadFile } from "../media/UploadFile.js";
import type { MusiciansOptions } from "../musicians/MusiciansClient.js";
import { connect } from "../transport/connect.js";
import { ServiceRequest } from "../transport/ServiceRequest.js";
import type { Transport } from "../transport/Transport.js";
import { Accounts } from "./Accounts.js";
import { Administration } from "./Administration.js";
import { Comments } from "./Comments.js";
import { DirectMessages } from "./DirectMessages.js";
import { Drafts } from "./Drafts.js";
import { Inbox } from "./Inbox.js";
import { Moderation } from "./Moderation.js";
import { OwnAccount } from "./OwnAccount.js";
import { Posts } from "./Posts.js";
import { Reports } from "./Reports.js";
import { socialPlayOperations } from "./socialPlayOperations.js";
import { Users } from "./Users.js";

/** Where SocialPlay is, and how it is asked. `baseUrl` is what stands in front of `/api/v1`. */
export type SocialPlayOptions = MusiciansOptions;

/**
 * Posts, comments, follows, messages, notifications and moderation. Calls reject as those of `SocialServiceClient` do;
 * a `ValidationError` has the wrong members in `fields`.
 */
export class SocialPlayClient {
  /** Accounts and logins. */
  readonly accounts: Accounts;
  /** The caller's own account. */
  readonly me: OwnAccount;
  /** Other users. */
  readonly users: Users;
  readonly posts: Posts;
  readonly comments: Comments;
  readonly drafts: Drafts;
  /** Messages to anybody. */
  readonly messages: DirectMessages;
  /** Notifications in groups. */
  readonly notifications: Inbox;
  /** Reports, and what moderators did to the caller. */
  readonly reports: Reports;
  /** The queue of moderators. */
  readonly moderation: Moderation;
  /** What administrators do. */
  readonly administration: Administration;
  readonly #transport: Transport;

  /** @throws TypeError or RangeError for options that cannot work. */
  constructor(options: SocialPlayOptions) {
    this.#transport = connect(options);
    this.accounts = new Accounts(this.#transport);
    this.me = new OwnAccount(this.#transport);
    this.users = new Users(this.#transport);
    this.posts = new Posts(this.#transport);
    this.comments = new Comments(this.#transport);
    this.drafts = new Drafts(this.#transport);
    this.messages = new DirectMessages(this.#transport);
    this.notifications = new Inbox(this.#transport);
    this.reports = new Reports(this.#transport);
    this.moderation = new Moderation(this.#transport);
    this.administration = new Administration(this.#transport);
  }

  /**
   * Uploads a picture for posts, messages and profiles, which is made to fit 1200 × 1200 pixels.
   *
   * @returns Its address. @throws `ValidationError` for a file that is no picture, or too large
   */
  async uploadPicture(
    source: UploadSource,
    { fileName, signal }: CallOptions & { readonly fileName?: string | undefined } = {},
  ): Promise<string> {
    const content = formBody(new UploadFile("other", source, { fileName }), () => undefined);
    const request = new ServiceRequest(socialPlayOperations.uploadPicture, {}, { content });
    return (await this.#transport.send<{ url: string }>(request, { signal })).url;
  }
}
