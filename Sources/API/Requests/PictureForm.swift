import Domain
import Features
import HTTP

/// The multipart form that uploads a picture: `file`, and optionally `userId`; other fields are ignored.
enum PictureForm {
    /// Room for the other fields and the boundaries, in bytes.
    private static let overhead = 65_536

    /// Receives a form and makes its picture the caller's avatar; the bytes go to the disk as they arrive.
    static func receive(
        _ request: Request, _ uploadAvatar: UploadAvatar, by caller: Caller
    ) async throws -> UploadedFile {
        let limit = uploadAvatar.maximumBytes + overhead
        if let length = request.body.declaredLength, length > limit { throw uploadAvatar.tooLarge }
        var reader = try MultipartReader(request, limit: limit)
        let upload = uploadAvatar.begin()
        var originalName: String?
        var owner: String?
        do {
            while let part = try await reader.nextPart() {
                switch part.name {
                case "file" where originalName == nil:
                    originalName = part.fileName ?? "file"
                    while let bytes = try await reader.nextPiece() { try await upload.append(bytes) }
                    try await upload.end()
                case "userId": owner = try await reader.text(limit: 256)
                default: break
                }
            }
        } catch {
            await upload.discard()
            throw error
        }
        guard let originalName else { throw DomainError.invalid("File is required") }
        return try await uploadAvatar.finish(upload, originalName: originalName, owner: owner, by: caller)
    }
}

extension Response {
    /// A file of a feature, with conditional and range requests by RFC 9110.
    static func content(_ content: MediaContent, for request: Request) throws(DomainError) -> Response {
        guard let descriptor = content.takeDescriptor() else {
            throw .internalFault(cause: "the content was sent before")
        }
        let cacheControl =
            switch content.caching {
            case .revalidated: "public, no-cache"
            case .never: "no-store"
            }
        let response = Response.file(
            OpenFile(owning: descriptor), byteCount: content.byteCount, type: content.type, tag: content.tag,
            modified: content.modified, cacheControl: cacheControl, for: request)
        guard let fileName = content.fileName else { return response }
        return response.with("Content-Disposition", ContentDisposition.attachment(fileName: fileName).value)
    }
}
