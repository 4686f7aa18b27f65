import TestSupport

/// A user's rows in the database.
extension TestUser {
    func passwordHash(in product: Product) async throws -> String {
        try await product.texts("SELECT password_hash FROM accounts WHERE id = $1::text::uuid", [id])[0]
    }

    /// Replaces the hash of the password by one of `parol-from-before`, made by bcrypt with the least cost.
    func setBcryptHash(in product: Product) async throws {
        let hash = "$2b$06$DxoNb82ojYunYDXZ5cVayuClK3T7wprBjJVk/3YipV/c7Vn.v5UQ6"
        _ = try await product.texts(
            "UPDATE accounts SET password_hash = $2 WHERE id = $1::text::uuid RETURNING email", [id, hash])
    }

    /// Returns the identifiers of all the user's files, the oldest first.
    func media(in product: Product) async throws -> [String] {
        try await product.texts("SELECT id::text FROM media WHERE user_id = $1::text::uuid ORDER BY id", [id])
    }

    /// Returns the profile's number of files, bytes, and avatar, separated by slashes.
    func counters(in product: Product) async throws -> String? {
        try await product.texts(
            """
            SELECT concat_ws('/', media_count, media_bytes, avatar_media_id)
            FROM profiles WHERE user_id = $1::text::uuid
            """, [id]
        ).first
    }

    /// Returns the kinds of enqueued jobs of the user's files that are not done.
    func openJobs(in product: Product) async throws -> [String] {
        try await product.texts(
            """
            SELECT kind FROM outbox
            WHERE payload->>'media' IN (SELECT id::text FROM media WHERE user_id = $1::text::uuid)
            """, [id])
    }
}
