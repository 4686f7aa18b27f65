package import Chassis

/// One e-mail to one recipient. A message that exists can be rendered and sent: what could not is refused here.
package struct MailMessage: Sendable {
    /// Names the message for ever: it makes the Message-ID, so that whoever gets it twice can tell.
    package let id: String
    package let from: MailAddress
    package let to: MailAddress
    package let subject: String
    package let text: String
    /// The same in HTML, for readers that show it.
    package let html: String?
    package let date: Timestamp

    /// The id is that of the job that sends it: 1 to 64 letters, digits, `-` and `_`. The subject has no control
    /// characters. Lines of the text may end in any way.
    package init(
        id: String, from: MailAddress, to: MailAddress, subject: String, text: String, html: String? = nil,
        date: Timestamp
    ) throws(MailFormatError) {
        guard id.wholeMatch(of: /[A-Za-z0-9_-]{1,64}/) != nil else {
            throw MailFormatError(description: "The id of a message is 1 to 64 letters, digits, - and _")
        }
        try subject.refuseControlCharacters(in: "subject")
        self.id = id
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
        self.date = date
    }
}
