package import Domain

/// A message as it is first written.
package struct NewMessage: Sendable {
    /// What a client calls it, so that sending it twice is sending it once.
    package struct Key: Sendable {
        package let text: String
        /// Of what was sent with it.
        package let digest: [UInt8]

        package init(text: String, digest: [UInt8]) {
            self.text = text
            self.digest = digest
        }
    }

    package let id: MessageID
    package let sender: UserID
    package let receiver: UserID
    package let content: String
    package let mediaURL: String?
    package let key: Key?
    /// Whether only friends may write to each other, as some surfaces have it.
    package let needsFriendship: Bool

    package init(
        id: MessageID, sender: UserID, receiver: UserID, content: String, mediaURL: String? = nil, key: Key? = nil,
        needsFriendship: Bool
    ) {
        self.id = id
        self.sender = sender
        self.receiver = receiver
        self.content = content
        self.mediaURL = mediaURL
        self.key = key
        self.needsFriendship = needsFriendship
    }
}
