/** Which part of a list is asked for. */
export interface Page {
  /** From 1 on; 1 if left out. */
  readonly page?: number | undefined;
  /** Entries of one page. Every list has a greatest limit: what is above it is taken for it. */
  readonly limit?: number | undefined;
}

/** Which part of a list an answer is. */
export interface Pagination {
  /** Entries of all pages together. */
  readonly total: number;
  readonly page: number;
  readonly limit: number;
  readonly totalPages: number;
}

/** The presence of a user. A user who hides it is `offline` for all others. */
export type OnlineStatus = "online" | "away" | "offline";

/** What other users see of a user. */
export interface PersonInfo {
  readonly username: string;
  /** The address of a picture. */
  readonly avatar: string | null;
}
