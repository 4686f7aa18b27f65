/** What a user may do. */
export type AccountRole = "USER" | "MODERATOR" | "ADMIN";

/** The language of mails and notifications. */
export type AccountLanguage = "ru" | "en";

/** The caller's own account. */
export interface Account {
  readonly id: string;
  readonly email: string;
  readonly username: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly bio: string | null;
  readonly avatar: string | null;
  readonly coverImage: string | null;
  readonly dateOfBirth: string | null;
  readonly phone: string | null;
  readonly language: AccountLanguage;
  readonly showOnlineStatus: boolean;
  readonly isVerified: boolean;
  readonly isActive: boolean;
  readonly role: AccountRole;
  readonly followersCount: number;
  readonly followingCount: number;
  readonly postsCount: number;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastLoginAt: string | null;
  /** For `ifMatch`; where one is read. */
  readonly etag?: string;
}

/** An account that was just made. */
export interface RegisteredAccount {
  readonly id: string;
  readonly email: string;
  readonly username: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly avatar: string | null;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
}

/** A new account and the tokens of its first session. */
export interface Registered {
  readonly user: RegisteredAccount;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** An account and the tokens of a new session. */
export interface LoggedIn {
  readonly user: Account;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** The tokens of a session. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** An account to be made. */
export interface NewAccount {
  readonly email: string;
  readonly username: string;
  readonly password: string;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
}

/** What to change of the own account. What is left out stays as it is; null clears it. */
export interface AccountChanges {
  readonly username?: string | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly bio?: string | null | undefined;
  readonly avatar?: string | null | undefined;
  readonly coverImage?: string | null | undefined;
  readonly dateOfBirth?: string | null | undefined;
  readonly phone?: string | null | undefined;
  readonly language?: AccountLanguage | undefined;
  readonly showOnlineStatus?: boolean | undefined;
}

/** A login that has not ended. */
export interface LoginSession {
  readonly id: string;
  readonly userAgent: string | null;
  readonly ipAddress: string | null;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
  readonly isCurrent: boolean;
}

/** A service that users log in with (OpenID Connect). */
export interface LoginProvider {
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
}

/** What the ID token of a login must carry; `expiresIn` is in seconds. */
export interface LoginNonce {
  readonly nonce: string;
  readonly expiresIn: number;
}

/** How far an export is. */
export type DataExportStatus = "pending" | "ready" | "failed";

/** A copy of all data of an account. */
export interface DataExport {
  readonly status: DataExportStatus;
  readonly size?: number;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly readyAt?: string;
  readonly expiresAt: string;
  readonly url?: string;
}

/** Whether logins need a one-time password. */
export interface TwoFactorState {
  readonly enabled: boolean;
  readonly enabledAt: string | null;
  readonly recoveryCodesLeft: number;
  readonly required: boolean;
}

/** The secret for an authenticator, as text and as an address for a QR code. */
export interface TwoFactorSetup {
  readonly secret: string;
  readonly otpauthUrl: string;
}
