package import Chassis
import Glibc

/// Secrets that are generated in development: made once, kept in `DATA_DIR/secrets`, readable by the owner
/// alone. Production must name its own. Processes that share `DATA_DIR` have the same ones.
package struct GeneratedSecrets {
    private let folder: String
    let isProduction: Bool
    package static let leastBytes = 32

    package init(_ chassis: ChassisSettings) {
        folder = "\(chassis.dataDirectory)/secrets"
        isProduction = chassis.isProduction
    }

    /// Returns a secret by name: from the environment, else from the folder, else a new one.
    /// - Parameter least: The minimal length in bytes.
    package func read(
        _ name: String, _ reader: inout SettingsReader, least: Int = leastBytes
    ) -> Secret<[UInt8]> {
        let given = reader.read(
            Setting<String?>(name, default: .some(nil), "at least \(least) bytes") { text in
                text.utf8.count >= least ? .some(text) : nil
            })
        if let given { return Secret(Array(given.utf8)) }
        guard !isProduction else {
            reader.reject("\(name) must be set in production: at least \(least) random bytes")
            return Secret([UInt8](repeating: 0, count: Self.leastBytes))
        }
        // A process that will not start writes nothing.
        guard !reader.hasProblems else { return Secret([UInt8](repeating: 0, count: Self.leastBytes)) }
        do {
            return Secret(try keep(name) { Array(Hex.encode(SecureRandom.bytes(Self.leastBytes).span).utf8) })
        } catch {
            reader.reject("\(name) is not set, and none can be kept in \(folder): \(error)")
            return Secret([UInt8](repeating: 0, count: Self.leastBytes))
        }
    }

    /// Returns a stored secret; creates it if it is absent. Of several processes that start at once, the first to link
    /// the file wins, and all read the same file.
    func keep(_ name: String, make: () -> [UInt8]) throws -> [UInt8] {
        try makeFolders()
        let path = "\(folder)/\(name)"
        if let kept = contents(of: path) { return kept }
        let temporary = "\(path).\(Hex.encode(SecureRandom.bytes(8).span))"
        guard let file = fopen(temporary, "wxe") else { throw FileProblem(path: temporary, code: errno) }
        fchmod(fileno(file), 0o600)
        let text = make()
        let written = fwrite(text, 1, text.count, file)
        fsync(fileno(file))
        guard fclose(file) == 0, written == text.count else { throw FileProblem(path: temporary, code: errno) }
        link(temporary, path)
        unlink(temporary)
        guard let kept = contents(of: path) else { throw FileProblem(path: path, code: errno) }
        return kept
    }

    private func makeFolders() throws {
        var path = ""
        for part in folder.split(separator: "/", omittingEmptySubsequences: false) {
            path += part.isEmpty && path.isEmpty ? "/" : path.isEmpty || path == "/" ? "\(part)" : "/\(part)"
            if mkdir(path, 0o755) != 0, errno != EEXIST, errno != EISDIR { throw FileProblem(path: path, code: errno) }
        }
        chmod(folder, 0o700)
    }

    func contents(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = fread(&bytes, 1, bytes.count, file)
        return count >= Self.leastBytes ? Array(bytes[..<count]) : nil
    }
}

extension GeneratedSecrets {
    /// Returns the VAPID key pair: from the PEM file in `VAPID_PRIVATE_KEY`, which is required in production, else a
    /// generated one stored with the other secrets. Push subscriptions are bound to it: a new pair would invalidate all
    /// of them.
    package func readPushKeys(_ reader: inout SettingsReader) -> KeyPair? {
        let path = reader.read(Setting(optional: "VAPID_PRIVATE_KEY", "the file of a private key on P-256, in PEM"))
        if let path {
            guard let pem = contents(of: path), let pair = KeyPair(pem: pem) else {
                reader.reject("VAPID_PRIVATE_KEY is not acceptable: \(path) holds no private key on P-256 in PEM")
                return nil
            }
            return pair
        }
        guard !isProduction else {
            reader.reject("VAPID_PRIVATE_KEY must be set in production: the file of a private key on P-256, in PEM")
            return nil
        }
        guard !reader.hasProblems else { return nil }
        do {
            return KeyPair(pem: try keep("VAPID_PRIVATE_KEY") { KeyPair().pem })
        } catch {
            reader.reject("VAPID_PRIVATE_KEY is not set, and no key can be kept: \(error)")
            return nil
        }
    }
}

/// A failure to create or read a file.
struct FileProblem: Error, CustomStringConvertible {
    let path: String
    let code: CInt

    var description: String { "\(path): \(String(cString: strerror(code)))" }
}
