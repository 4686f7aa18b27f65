import Chassis
import Domain
import HTTP
import MediaStoring

/// The form that uploads a picture: `file`, and optionally `userId` and `type`.
struct PictureForm: Sendable {
    /// A picture that arrived: on disk, not yet committed.
    struct File: Sendable {
        let incoming: StagedUpload
        let originalName: String
        let format: PictureFormat
    }

    let file: File
    /// Who the form says it is for.
    let owner: String?

    /// The kinds of picture that are accepted (S1-53).
    private static let accepted: Set<PictureFormat> = [.jpeg, .png, .webp]

    /// Reads the whole form; the file goes to the disk as it arrives.
    /// - Parameter limit: Bytes of the file.
    /// - Throws: ``Refusal``; nothing stays on the disk then.
    static func read(
        _ request: Request, limit: Int, name: String, store: any BlobStore, disk: BlockingPool
    ) async throws -> PictureForm {
        // Room for the other fields and the boundaries.
        let formLimit = limit + 65_536
        if let length = request.body.declaredLength, length > formLimit { throw tooLarge(limit) }
        var reader = try MultipartReader(request, limit: formLimit)
        var file: File?
        var owner: String?
        do {
            while let part = try await reader.nextPart() {
                switch part.name {
                case "file" where file == nil:
                    file = try await receive(part, &reader, limit: limit, name: name, store: store, disk: disk)
                case "userId": owner = try await reader.text(limit: 256)
                default: break
                }
            }
        } catch {
            await file?.incoming.discard()
            throw error
        }
        guard let file else { throw Refusal.invalid("File is required") }
        return PictureForm(file: file, owner: owner)
    }

    private static func receive(
        _ part: MultipartPart, _ reader: inout MultipartReader, limit: Int, name: String, store: any BlobStore,
        disk: BlockingPool
    ) async throws -> File {
        var piece: [UInt8] = []
        while piece.count < MediaKind.sniffedByteCount, let more = try await reader.nextPiece() { piece += more }
        guard !piece.isEmpty else { throw Refusal.invalid("File is required") }
        guard let format = MediaKind(sniffing: piece).pictureFormat, accepted.contains(format) else {
            throw Refusal.invalid("File must be a JPEG, PNG or WebP picture")
        }
        let incoming = try await StagedUpload.begin(name, in: store, disk: disk)
        do {
            var count = piece.count
            while let more = try await reader.nextPiece() {
                count += more.count
                guard count <= limit else { throw tooLarge(limit) }
                piece += more
                if piece.count >= StagedUpload.pieceSize {
                    try await incoming.append(piece)
                    piece = []
                }
            }
            guard count <= limit else { throw tooLarge(limit) }
            if !piece.isEmpty { try await incoming.append(piece) }
        } catch {
            await incoming.discard()
            throw error
        }
        return File(incoming: incoming, originalName: part.fileName ?? "file", format: format)
    }

    private static func tooLarge(_ limit: Int) -> Refusal {
        .tooLarge("The picture is larger than \(limit) bytes")
    }
}
