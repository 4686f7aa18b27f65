import Domain
import Features
import HTTP

/// The multipart form that uploads a file: `file`, and optionally `userId`; for a cover also `trackId`, or `type` with
/// the value `profile`. Other fields are ignored.
enum UploadForm {
    /// Room for the other fields and the boundaries, in bytes.
    private static let overhead = 65_536

    /// Receives a form and stores its file; the bytes go to the store as they arrive.
    static func receive(
        _ request: Request, as purpose: MediaPurpose, _ upload: UploadMedia, by caller: Caller
    ) async throws -> UploadedFile {
        let limit = upload.maximumBytes(for: purpose) + overhead
        if let length = request.body.declaredLength, length > limit { throw upload.tooLarge(for: purpose) }
        var reader = try MultipartReader(request, limit: limit)
        let file = upload.begin(purpose)
        var name: String?
        var description = UploadDescription(originalName: "")
        do {
            while let part = try await reader.nextPart() {
                switch part.name {
                case "file":
                    guard name == nil else { throw DomainError.invalid("Send one file at a time") }
                    name = part.fileName ?? "file"
                    while let bytes = try await reader.nextPiece() { try await file.append(bytes) }
                    try await file.end()
                case "userId": description.owner = try await reader.text(limit: 256)
                case "trackId": description.track = try await reader.text(limit: 256)
                case "type": description.isProfileCover = try await reader.text(limit: 256) == "profile"
                default: break
                }
            }
        } catch {
            await file.discard()
            throw error
        }
        guard let name else { throw DomainError.invalid("File is required") }
        description.originalName = name
        return try await upload.finish(file, description, by: caller)
    }
}

extension Response {
    /// A file of a feature, with conditional and range requests by RFC 9110.
    static func content(_ content: MediaContent, for request: Request) throws(DomainError) -> Response {
        let disposition = content.fileName.map { ContentDisposition.attachment(fileName: $0).value }
        var response: Response
        switch content.deliver(disposition: disposition) {
        case .descriptor(let descriptor):
            response = .file(
                OpenFile(owning: descriptor), byteCount: content.byteCount, type: content.type, tag: content.tag,
                modified: content.modified, cacheControl: content.cacheControl, for: request)
        case .pieces(let open):
            response = .content(
                byteCount: content.byteCount, tag: content.tag, modified: content.modified,
                cacheControl: content.cacheControl, for: request
            ) { range in
                .sized(range.count, type: content.type) { writer in
                    let pieces = open(range)
                    while let piece = try await pieces.next() { try await writer.write(piece) }
                }
            }
        case .address where request.head.method == .head:
            // The signature is for GET, and everything that HEAD asks for is known.
            response = .content(
                byteCount: content.byteCount, tag: content.tag, modified: content.modified,
                cacheControl: content.cacheControl, for: request
            ) { .sized($0.count, type: content.type) { _ in } }
        case .address(let address):
            return .elsewhere(
                address, tag: content.tag, modified: content.modified, cacheControl: content.cacheControl,
                for: request)
        case nil: throw .internalFault(cause: "the content was sent before")
        }
        if content.isNegotiated { response = response.with("Vary", "Accept") }
        guard let disposition else { return response }
        return response.with("Content-Disposition", disposition)
    }
}

extension Request {
    /// Whether the client receives the first byte of a file, from here or at the address of the response.
    func receivesFirstByte(of content: MediaContent, _ response: Response) -> Bool {
        guard head.method == .get else { return false }
        return response.status == 200
            || includesFirstByte(byteCount: content.byteCount, tag: content.tag, modified: content.modified)
    }

    /// Whether the client can show WebP. One that excludes it, and accepts JPEG or PNG, cannot; one that accepts
    /// no picture at all did not think of pictures.
    var acceptsWebP: Bool {
        let accepted = head.accepted
        if accepted.quality(of: "image/webp") > 0 { return true }
        return accepted.quality(of: "image/jpeg") == 0 && accepted.quality(of: "image/png") == 0
    }
}
