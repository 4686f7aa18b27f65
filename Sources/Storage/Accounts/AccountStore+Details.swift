import Chassis
package import Domain
package import Postgres

extension AccountStore {
    /// Returns an account as its owner sees it; nil if there is no such account, or it was deleted.
    package func details(of user: UserID) async throws(PostgresError) -> AccountDetails? {
        guard var row = try await database.read(Self.details, [.id(user)]).first else { return nil }
        return AccountDetails(
            account: try Self.account(&row), firstName: try row.optionalText(), lastName: try row.optionalText(),
            bio: try row.optionalText(),
            avatar: Avatar(upload: try row.optionalID(MediaID.self), address: try row.optionalText()),
            coverImage: try row.optionalText(), dateOfBirth: try row.optionalText(), phone: try row.optionalText(),
            language: try row.word(Language.self), isVerified: try row.bool(), isActive: try row.bool(),
            followersCount: try row.int(), followingCount: try row.int(), postsCount: try row.int(),
            createdAt: try row.timestamp(), updatedAt: try row.timestamp(),
            lastLoginAt: try row.optionalTimestamp(), showsOnlineStatus: try row.bool())
    }

    private static let details = Statement(
        "account_details",
        """
        SELECT id, email, username, role, persona, first_name, last_name, bio, avatar_media_id,
               avatar_url, cover_image,
               to_char(date_of_birth, 'YYYY-MM-DD'), phone, language, is_verified, is_active, followers_count,
               following_count, posts_count, accounts.created_at, greatest(accounts.updated_at, profiles.updated_at),
               last_login_at, show_online_status
        FROM accounts JOIN profiles ON profiles.user_id = accounts.id
        WHERE id = $1 AND deleted_at IS NULL
        """)

    /// Writes the given changes and keeps every other value.
    /// - Returns: False if there is no such account, or it is closed.
    /// - Throws: ``Conflict/usernameTaken``, `PostgresError`.
    package func update(_ user: UserID, _ changes: AccountChanges) async throws -> Bool {
        try await Self.naming { () async throws(PostgresError) in
            try await database.write(Self.update, [.id(user), .json(changes.record)]).affected > 0
        }
    }

    private static let update = Statement(
        "update_account",
        """
        WITH change AS (
            SELECT $2::jsonb AS fields
        ), account AS (
            UPDATE accounts
            SET username = coalesce(change.fields ->> 'username', username),
                language = coalesce(change.fields ->> 'language', language),
                updated_at = now()
            FROM change
            WHERE id = $1 AND is_active
            RETURNING id
        )
        UPDATE profiles
        SET first_name = CASE WHEN change.fields ? 'firstName' THEN change.fields ->> 'firstName' ELSE first_name END,
            last_name = CASE WHEN change.fields ? 'lastName' THEN change.fields ->> 'lastName' ELSE last_name END,
            bio = CASE WHEN change.fields ? 'bio' THEN change.fields ->> 'bio' ELSE bio END,
            avatar_media_id = CASE change.fields ->> 'avatarSource'
                                  WHEN 'none' THEN NULL
                                  WHEN 'upload' THEN coalesce(avatar_media_id, (
                                      SELECT media.id FROM media
                                      WHERE media.user_id = $1 AND purpose = 'avatar' AND state = 'ready'
                                      ORDER BY media.id DESC LIMIT 1))
                                  ELSE avatar_media_id
                              END,
            avatar_url = CASE WHEN change.fields ? 'avatarSource' THEN change.fields ->> 'avatar' ELSE avatar_url END,
            cover_image = CASE WHEN change.fields ? 'coverImage' THEN change.fields ->> 'coverImage'
                               ELSE cover_image END,
            date_of_birth = CASE WHEN change.fields ? 'dateOfBirth' THEN (change.fields ->> 'dateOfBirth')::date
                                 ELSE date_of_birth END,
            show_online_status = coalesce((change.fields ->> 'showOnlineStatus')::boolean, show_online_status),
            phone = CASE WHEN change.fields ? 'phone' THEN change.fields ->> 'phone' ELSE phone END,
            updated_at = now()
        FROM change, account
        WHERE user_id = account.id
        """)

    /// Returns whether a user has an uploaded avatar that can be shown.
    package func hasUploadedAvatar(_ user: UserID) async throws(PostgresError) -> Bool {
        try await !database.read(Self.hasUploadedAvatar, [.id(user)]).isEmpty
    }

    private static let hasUploadedAvatar = Statement(
        "has_uploaded_avatar",
        "SELECT 1 FROM media WHERE user_id = $1 AND purpose = 'avatar' AND state = 'ready' LIMIT 1")

    /// Returns the recipient of a mail; nil if the account does not exist any more.
    package func recipient(_ user: UserID) async throws(PostgresError) -> MailRecipient? {
        guard var row = try await database.read(Self.recipient, [.id(user)]).first else { return nil }
        return MailRecipient(
            email: try row.text(), username: try row.text(), language: try row.word(Language.self))
    }

    private static let recipient = Statement(
        "mail_recipient", "SELECT email, username, language FROM accounts WHERE id = $1 AND deleted_at IS NULL")
}

extension AccountChanges {
    /// The parameter of the statement `update_account`: a missing member keeps the column.
    fileprivate var record: [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            if let username { object.member("username", username.description) }
            if let language { object.member("language", language.rawValue) }
            if let showsOnlineStatus { object.member("showOnlineStatus", showsOnlineStatus) }
            if let firstName { object.member("firstName", firstName) }
            if let lastName { object.member("lastName", lastName) }
            if let bio { object.member("bio", bio) }
            if let phone { object.member("phone", phone) }
            if let avatar { write(avatar, to: &object) }
            if let coverImage { object.member("coverImage", coverImage) }
            if let dateOfBirth { object.member("dateOfBirth", dateOfBirth?.description) }
        }
        return writer.bytes
    }

    private func write(_ avatar: AvatarChoice?, to object: inout JSONWriter) {
        switch avatar {
        case nil: object.member("avatarSource", literal: "none")
        case .upload: object.member("avatarSource", literal: "upload")
        case .external(let address):
            object.member("avatarSource", literal: "external")
            object.member("avatar", address)
        }
    }
}
