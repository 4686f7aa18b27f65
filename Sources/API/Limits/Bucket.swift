/// So many requests in so long a time, counted together under one name.
struct Bucket: Sendable {
    let name: String
    let limit: Int
    let windowSeconds: Int
}
