import type { MediaFile } from "../media/answers.js";

/** The addresses of a musician elsewhere. */
export interface SocialLinks {
  readonly youtube?: string;
  readonly vk?: string;
  /** A name such as `@johndoe`, or an address. */
  readonly telegram?: string;
}

/** Counters of a profile. */
export interface ProfileStats {
  readonly tracksCount: number;
  readonly followersCount: number;
  readonly followingCount: number;
  readonly totalPlays: number;
}

/** Settings of a profile. */
export interface ProfilePreferences {
  readonly emailNotifications: boolean;
  readonly showOnlineStatus: boolean;
  readonly privateProfile: boolean;
}

/**
 * A profile. Of a private profile whose details the caller does not see, texts, links, lists and cover are missing or
 * empty.
 */
export interface UserProfile {
  /** The same as `userId`. */
  readonly _id?: string;
  readonly userId: string;
  readonly username: string;
  readonly displayName?: string;
  readonly bio?: string;
  /** Missing without an avatar. */
  readonly avatarUrl?: string;
  readonly coverImageUrl?: string;
  readonly location?: string;
  readonly genres: readonly string[];
  readonly instruments: readonly string[];
  readonly socialLinks: SocialLinks;
  readonly stats: ProfileStats;
  readonly preferences: ProfilePreferences;
  readonly role: "musician" | "listener" | "admin";
  /** Identifiers of the users whom this one follows: the newest ten thousand follows, the newest first. */
  readonly following: readonly string[];
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt?: string;
  readonly updatedAt?: string;
}

/** What to change of a profile. What is left out stays as it is; null clears it. */
export interface ProfileChanges {
  /** At most 100 characters. */
  readonly displayName?: string | null | undefined;
  /** At most 1,000 characters. */
  readonly bio?: string | null | undefined;
  /** At most 100 characters. */
  readonly location?: string | null | undefined;
  /** At most 50, each of at most 64 characters. */
  readonly genres?: readonly string[] | null | undefined;
  /** At most 50, each of at most 64 characters. */
  readonly instruments?: readonly string[] | null | undefined;
  /** Replaces all links. */
  readonly socialLinks?: { readonly [Site in keyof SocialLinks]?: string | null | undefined } | null | undefined;
  /** What is left out keeps its value. */
  readonly preferences?: { readonly [Name in keyof ProfilePreferences]?: boolean | undefined } | undefined;
}

/** A profile with its tracks, and what it is to the viewer. */
export interface PublicProfile {
  readonly profile: UserProfile;
  readonly tracks: readonly MediaFile[];
  readonly followersCount: number;
  readonly followingCount: number;
  /** Whether the viewer follows this user. Missing without a viewer. */
  readonly isFollowing?: boolean;
  /** Missing without a viewer. */
  readonly isOwnProfile?: boolean;
}

/** One user following another. */
export interface Follow {
  readonly _id: string;
  readonly followerId: string;
  readonly followingId: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
}

/** Something that a followed user did. */
export interface Activity {
  readonly userId: string;
  readonly username: string;
  readonly avatarUrl?: string;
  readonly action: "track_published" | "profile_updated";
  /** With `track_published` alone. */
  readonly trackId?: string;
  /** With `track_published` alone. */
  readonly trackTitle?: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
}

/** Which part of a list is asked for. */
export interface CursorOptions {
  /** Entries of one page. Every list has a greatest limit: what is above it is taken for it. */
  readonly limit?: number | undefined;
  /** `next` of the page before; the first page if left out. */
  readonly cursor?: string | undefined;
}

/** One page of a list. */
export interface CursorPage<Entry> {
  readonly entries: readonly Entry[];
  /** The cursor of the next page; undefined on the last one. */
  readonly next: string | undefined;
}
