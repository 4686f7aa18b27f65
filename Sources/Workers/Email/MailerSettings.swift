import Chassis
import Mail

/// Where mail goes and who it is from.
struct MailerSettings: Sendable {
    /// Nil: mail is written to ``folder``.
    let server: MailSettings?
    let folder: String
    let from: MailAddress

    /// Nil without a usable sender; the reader has every mistake.
    init?(_ reader: inout SettingsReader, dataDirectory: String) {
        let url = reader.read(Setting(optional: "SMTP_URL", "smtp://HOST:PORT or smtps://USER:PASSWORD@HOST"))
        let from = reader.read(
            Setting("MAIL_FROM", default: "SocialPlay <noreply@socialplay.example>", "who mail is from"))
        folder = "\(dataDirectory)/mail"
        // One mistake does not hide the other.
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
