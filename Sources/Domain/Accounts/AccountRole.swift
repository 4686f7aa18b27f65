/// What a person may do beyond their own things. Nobody can give it to themselves.
package enum AccountRole: String, Sendable {
    case user = "USER"
    case moderator = "MODERATOR"
    case admin = "ADMIN"
}
