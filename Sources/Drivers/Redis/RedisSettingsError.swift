/// Which part of a Redis URL is wrong. The URL is never repeated: it may hold a password.
package enum RedisSettingsError: Error, Equatable, CustomStringConvertible {
    /// The URL as a whole: longer than 2,048 bytes, or a character that does not belong.
    case character
    /// What stands before `://`.
    case scheme
    /// What stands before `@`.
    case credentials
    /// The host.
    case host
    /// The port.
    case port
    /// The database's number.
    case database
    /// The socket's path.
    case path

    package var description: String {
        switch self {
        case .character: "the Redis URL is too long or holds a character that must be percent-encoded"
        case .scheme: "the Redis URL must begin with redis:// or unix:// (rediss:// is not supported)"
        case .credentials: "the Redis URL's user and password must be user:password@ or :password@, percent-encoded"
        case .host: "the Redis URL has no usable host"
        case .port: "the Redis URL's port must be 1 to 65535"
        case .database: "the Redis URL's database must be a number from 0 to 65535"
        case .path: "the Redis URL's socket must be an absolute path of at most 106 bytes"
        }
    }
}
