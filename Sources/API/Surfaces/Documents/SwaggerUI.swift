import Chassis
import Domain
import Glibc
import HTTP

/// The page that shows the API and sends requests to it, with Swagger UI's files from a folder of this machine: no
/// other host is contacted.
struct SwaggerUI: Sendable {
    /// Where `scripts/setup` puts the files; without them the page is a link to the document.
    let folder: String
    let disk: BlockingPool

    /// What the page may do: run and ask what is its own. Swagger UI writes styles into its elements and has pictures
    /// in its style sheet.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    @Sendable func page(_ request: Request) -> Response {
        Response(200, body: .bytes(PackageResources.swagger_html, type: "text/html; charset=utf-8"))
            .with("Cache-Control", "no-cache").with("Content-Security-Policy", Self.policy)
    }

    @Sendable func start(_ request: Request) -> Response {
        Response(200, body: .bytes(PackageResources.swagger_js, type: "text/javascript; charset=utf-8"))
            .with("Cache-Control", "no-cache")
    }

    /// One of the files that the page names, and no other.
    func file(_ name: String, type: String) -> @Sendable (Request) async throws -> Response {
        { [folder, disk] request in
            guard let (file, status) = try await disk.run({ Self.open("\(folder)/\(name)") }) else {
                throw DomainError(
                    .fileNotFound, .notFound, "The page's scripts are not installed; run scripts/setup")
            }
            return .file(
                file, byteCount: status.byteCount, type: type,
                tag: "\(status.byteCount)-\(status.modified.unixSeconds)",
                modified: status.modified, cacheControl: "public, max-age=3600", for: request)
        }
    }

    private static func open(_ path: String) -> (OpenFile, (byteCount: Int, modified: Timestamp))? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        let file = OpenFile(owning: descriptor)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let modified = Timestamp(unixSeconds: Int(status.st_mtim.tv_sec))
        return (file, (Int(status.st_size), modified))
    }
}
