import Chassis
import Domain
import Jobs
import Mail

/// Sends e-mails on threads of its own: to an SMTP server, or into a folder. A mail about which the server is slow
/// gives up its slot, so that it does not keep others waiting, and keeps a thread.
struct Mailer: Sendable {
    private let transport: any MailTransport
    private let pool: BlockingPool
    private let from: MailAddress

    /// - Parameter slots: How many jobs have one.
    init(_ settings: MailerSettings, slots: Int) {
        transport =
            settings.server.map { SMTPTransport($0, idleLimit: slots) } ?? MailFolder(directory: settings.folder)
        from = settings.from
        pool = BlockingPool(name: "mail", threads: slots + Consumer.releasedSlotLimit, queueLimit: 1_024)
    }

    /// - Parameter job: Its id becomes the Message-ID, by which a repeated e-mail can be recognised.
    /// - Throws: `JobError.permanent` for an e-mail that can never be sent, `MailError` for any other failure.
    func send(_ letter: Letter, to address: String, for job: JobContext) async throws {
        do {
            let message = try MailMessage(
                id: job.id.description, from: from, to: try MailAddress(address: address), subject: letter.subject,
                text: letter.text, html: letter.html, date: .now)
            try await pool.run { [transport] in
                try transport.send(message) {
                    job.releaseSlot()
                    job.report("waiting for the mail server")
                }
            }
        } catch let error as MailFormatError {
            throw JobError.permanent(reason: "\(error)")
        } catch MailError.permanent(let reason) {
            throw JobError.permanent(reason: reason)
        }
    }
}

/// Where e-mails are sent, and their sender.
struct MailerSettings: Sendable {
    /// Nil: e-mails are written to ``folder``.
    let server: MailSettings?
    let folder: String
    let from: MailAddress

    /// Where e-mails go, without the login.
    var address: StoreAddress { StoreAddress(server?.url ?? "\(folder)/*.eml") }

    /// Nil without a usable sender; the reader has recorded every mistake.
    /// - Parameter isRequiredInProduction: Whether the process sends e-mails.
    init?(_ reader: inout SettingsReader, dataDirectory: String, isRequiredInProduction: Bool) {
        let url = reader.read(
            Setting(optional: "SMTP_URL", "smtp://HOST:PORT or smtps://USER:PASSWORD@HOST")
                .requiredInProduction(isRequiredInProduction))
        let from = reader.read(
            Setting("MAIL_FROM", default: "SocialPlay <noreply@socialplay.example>", "sender of e-mails"))
        folder = "\(dataDirectory)/mail"
        // Both are checked, so that one mistake does not hide the other.
        var server: MailSettings?
        var sender: MailAddress?
        do {
            server = try url.map { url in try MailSettings.parse(url) }
        } catch {
            reader.reject("SMTP_URL is not acceptable: \(error)")
        }
        do {
            sender = try MailAddress(parsing: from)
        } catch {
            reader.reject("MAIL_FROM is not acceptable: \(error)")
        }
        guard let sender else { return nil }
        self.server = server
        self.from = sender
    }
}
