package import Domain

/// Greet somebody who has just registered. Address and name are in the job, because the mail is about that moment.
package struct SendWelcome: Job, Equatable {
    package static let kind = "send-welcome"
    package static let queue = QueueName.email
    package static let attempts = 20

    package let email: String
    package let name: String
    package let language: Language?

    package init(email: String, name: String, language: Language? = nil) {
        self.email = email
        self.name = name
        self.language = language
    }
}
