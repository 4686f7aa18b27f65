/// An identifier with the type of its entity, so that a user's id is never taken for a file's.
package protocol EntityID: Hashable, Sendable, Codable, LosslessStringConvertible {
    var identifier: Identifier { get }
    init(_ identifier: Identifier)
}

extension EntityID {
    /// Creates a new identifier.
    package init(unixMilliseconds: Int) {
        self.init(Identifier(unixMilliseconds: unixMilliseconds))
    }

    package init?(_ text: String) {
        guard let identifier = Identifier(text) else { return nil }
        self.init(identifier)
    }

    package var description: String { identifier.description }

    package init(from decoder: any Decoder) throws {
        self.init(try Identifier(from: decoder))
    }

    package func encode(to encoder: any Encoder) throws {
        try identifier.encode(to: encoder)
    }
}

/// A user, the subject of every token.
package struct UserID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// A login on one device.
package struct SessionID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// The token in one mail.
package struct EmailTokenID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// A friendship, and the request that it began with.
package struct FriendshipID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// A message between two users.
package struct MessageID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// The messages between two users.
package struct ConversationID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// One uploaded file.
package struct MediaID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// One user following another.
package struct FollowID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// A post of a user.
package struct PostID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// A user sharing a post.
package struct ShareID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// A post that a user keeps.
package struct BookmarkID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// A post that is not published.
package struct DraftID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// One user muting another.
package struct MuteID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// A comment on a post.
package struct CommentID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// Something that a user did and followers are told.
package struct ActivityID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// A job over all its attempts; the idempotency key towards other systems.
package struct JobID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// A part of an upload that is not complete.
package struct UploadChunkID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// A report by a user.
package struct ReportID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// All reports of one target until a moderator closes them.
package struct CaseID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// What a moderator did to a user, or to the user's content.
package struct ModerationActionID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}

/// An entry of the audit log.
package struct AuditEntryID: EntityID {
    package let identifier: Identifier

    package init(_ identifier: Identifier) {
        self.identifier = identifier
    }
}
