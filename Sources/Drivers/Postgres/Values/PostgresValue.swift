package import Chassis

/// A parameter of a ``Statement``. PostgreSQL infers the type of `$1` from where it stands; the comments say which
/// types fit, and a cast in the SQL (`$1::uuid[]`) settles it where nothing can be inferred.
package enum PostgresValue: Sendable {
    /// Fits every type.
    case null
    /// Fits every type that can be written as text. It must not contain U+0000, which PostgreSQL cannot keep.
    case text(String)
    /// Fits `smallint`, `integer`, `bigint` and `numeric`.
    case integer(Int)
    /// Fits `uuid`: the first and the last eight bytes, big-endian.
    case uuid(UInt64, UInt64)
    /// Fits `bytea`.
    case bytes([UInt8])
    /// Fits `boolean`.
    case boolean(Bool)
    /// Fits `timestamptz`.
    case timestamp(Timestamp)
    /// Fits `uuid[]`.
    case uuids([(UInt64, UInt64)])
    /// Fits `text[]`.
    case texts([String])
    /// Fits `json` and `jsonb`.
    case json([UInt8])
}
