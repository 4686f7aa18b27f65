export { SocialServiceClient } from "./SocialServiceClient.js";
export type { SocialServiceOptions } from "./SocialServiceOptions.js";
export type { CallOptions } from "./CallOptions.js";

export type { Friends } from "./groups/Friends.js";
export type { Messages } from "./groups/Messages.js";
export type { Status } from "./groups/Status.js";
export type { Notifications } from "./groups/Notifications.js";
export type { Integration } from "./groups/Integration.js";

export * from "./answers/common.js";
export * from "./answers/friends.js";
export * from "./answers/messages.js";
export * from "./answers/status.js";
export * from "./answers/notifications.js";
export * from "./answers/integration.js";
export * from "./answers/health.js";

export { SocialServiceError } from "./errors/SocialServiceError.js";
export type { ErrorDetails } from "./errors/SocialServiceError.js";
export { ValidationError } from "./errors/ValidationError.js";
export { Unauthorized } from "./errors/Unauthorized.js";
export { Forbidden } from "./errors/Forbidden.js";
export { NotFound } from "./errors/NotFound.js";
export { Conflict } from "./errors/Conflict.js";
export { RateLimited } from "./errors/RateLimited.js";
export { ServerError } from "./errors/ServerError.js";
export { UnreadableAnswer } from "./errors/UnreadableAnswer.js";
export { ConnectionFailed } from "./errors/ConnectionFailed.js";
export { RangeNotSatisfiable } from "./errors/RangeNotSatisfiable.js";

export type { TokenProvider } from "./transport/Credentials.js";
export { Session } from "./account/Session.js";
export type { SessionOptions, SessionUser } from "./account/Session.js";

export { MediaClient } from "./media/MediaClient.js";
export type { ByteRange, Download } from "./media/Download.js";
export * from "./media/answers.js";
export * from "./media/options.js";

export { MusiciansClient } from "./musicians/MusiciansClient.js";
export type { MusiciansOptions } from "./musicians/MusiciansClient.js";
export type { Follows } from "./musicians/Follows.js";
export type { Profiles, UserFilter } from "./musicians/Profiles.js";
export * from "./musicians/answers.js";

export { SocialPlayClient } from "./socialPlay/SocialPlayClient.js";
export type { SocialPlayOptions } from "./socialPlay/SocialPlayClient.js";
export type { ChangeOptions, CreationOptions, ListOptions } from "./socialPlay/Group.js";
export type { Listing, ListingPage, Pagination } from "./socialPlay/Listing.js";
export type { Accounts } from "./socialPlay/Accounts.js";
export type { Administration } from "./socialPlay/Administration.js";
export type { Comments } from "./socialPlay/Comments.js";
export type { DirectMessages } from "./socialPlay/DirectMessages.js";
export type { Drafts } from "./socialPlay/Drafts.js";
export type { Inbox } from "./socialPlay/Inbox.js";
export type { Moderation } from "./socialPlay/Moderation.js";
export type { OwnAccount } from "./socialPlay/OwnAccount.js";
export type { Posts } from "./socialPlay/Posts.js";
export type { Reports } from "./socialPlay/Reports.js";
export type { Users } from "./socialPlay/Users.js";
export * from "./socialPlay/answers/accounts.js";
export * from "./socialPlay/answers/analytics.js";
export * from "./socialPlay/answers/messages.js";
export * from "./socialPlay/answers/moderation.js";
export * from "./socialPlay/answers/notifications.js";
export * from "./socialPlay/answers/posts.js";
export * from "./socialPlay/answers/users.js";
