import TestSupport

/// What only a look into the database shows or does.
extension Person {
    func passwordHash(in product: Product) async throws -> String {
        try await product.texts("SELECT password_hash FROM accounts WHERE id = $1::text::uuid", [id])[0]
    }

    /// Replaces the hash of the password by one of `parol-from-before`, made by bcrypt with the least cost.
    func takeBcryptHash(in product: Product) async throws {
        let hash = "$2b$06$DxoNb82ojYunYDXZ5cVayuClK3T7wprBjJVk/3YipV/c7Vn.v5UQ6"
        _ = try await product.texts(
            "UPDATE accounts SET password_hash = $2 WHERE id = $1::text::uuid RETURNING email", [id, hash])
    }

    /// The identifiers of all their files, the oldest first.
    func media(in product: Product) async throws -> [String] {
        try await product.texts("SELECT id::text FROM media WHERE user_id = $1::text::uuid ORDER BY id", [id])
    }

    /// What their profile says: number of files, bytes, and which file is the avatar, with slashes between.
    func counters(in product: Product) async throws -> String? {
        try await product.texts(
            """
            SELECT concat_ws('/', media_count, media_bytes, avatar_media_id)
            FROM profiles WHERE user_id = $1::text::uuid
            """, [id]
        ).first
    }

    /// The kinds of jobs that are promised for their files and not done.
    func openJobs(in product: Product) async throws -> [String] {
        try await product.texts(
            """
            SELECT kind FROM outbox
            WHERE payload->>'media' IN (SELECT id::text FROM media WHERE user_id = $1::text::uuid)
            """, [id])
    }
}
