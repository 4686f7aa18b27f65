import Foundation

/// The folder in which the product keeps mail when there is no mail server.
package struct Mailbox: Sendable {
    /// A mail as it lies there.
    package struct Mail: Sendable {
        /// The whole message, headers and body.
        package let text: String

        /// The value of a header on one line; nil when there is none.
        package func header(_ name: String) -> String? {
            let head = text.split(separator: "\r\n\r\n", maxSplits: 1).first ?? ""
            let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("\(name.lowercased()):") }
            return line.map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
        }
    }

    let folder: String

    package init(folder: String) {
        self.folder = folder
    }

    /// The mails to an address with a subject, as people read them.
    package func letters(to address: String, _ subject: String) -> [Letter] {
        mail(to: address).map(Letter.init).filter { $0.subject == subject }
    }

    /// Every mail to an address.
    package func mail(to address: String) -> [Mail] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".eml") }
            .compactMap { FileManager.default.contents(atPath: "\(folder)/\($0)") }
            .map { Mail(text: String(decoding: $0, as: UTF8.self)) }
            .filter { $0.header("To")?.contains(address) == true }
    }
}
