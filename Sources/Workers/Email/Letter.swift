/// What a mail says.
struct Letter: Sendable {
    let subject: String
    let text: String
    let html: String
}
