import Chassis
import Domain
import Jobs
import Mail

/// Sends mail on threads of its own: to the server of the settings, or into a folder.
struct Mailer: Sendable {
    private let transport: any MailTransport
    private let pool: BlockingPool
    private let from: MailAddress

    init(_ settings: MailerSettings, threads: Int) {
        transport = settings.server.map { SMTPTransport($0) } ?? MailFolder(directory: settings.folder)
        from = settings.from
        pool = BlockingPool(name: "mail", threads: threads, queueLimit: 1_024)
    }

    /// - Parameter job: Becomes the Message-ID, so that whoever gets a mail twice can tell.
    /// - Throws: `JobError.permanent` when this mail can never be sent.
    func send(_ letter: Letter, to address: String, for job: JobContext) async throws {
        do {
            let message = try MailMessage(
                id: job.id.description, from: from, to: try MailAddress(address: address), subject: letter.subject,
                text: letter.text, html: letter.html, date: .now)
            try await pool.run { [transport] in try transport.send(message) }
        } catch let error as MailFormatError {
            throw JobError.permanent(reason: "\(error)")
        } catch MailError.permanent(let reason) {
            throw JobError.permanent(reason: reason)
        }
    }
}
