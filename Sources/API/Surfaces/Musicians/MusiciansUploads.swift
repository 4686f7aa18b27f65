import Chassis
import Domain
import Features
import HTTP

/// `/media/uploads`, beyond the document: uploads in several requests by tus 1.0.0, with its extensions creation,
/// creation-with-upload, termination, checksum and expiration (https://tus.io/protocols/resumable-upload).
struct MusiciansUploads: Sendable {
    let context: RequestContext
    let limits: RequestLimiter
    let uploads: ResumableUploads
    let responses: MusiciansResponses

    static let pattern = "/media/uploads"

    var routes: [Route] {
        [
            Route(.post, Self.pattern) { try await handle($0, allowing: [.post], create) },
            Route(.options, Self.pattern) { try await handle($0, allowing: [.post], create) },
        ]
            + [Method.head, .patch, .delete, .post, .options].map { method in
                Route(method, "\(Self.pattern)/:uploadId") { request in
                    try await handle(request, allowing: [.head, .patch, .delete], change)
                }
            }
    }

    // MARK: The protocol

    /// Answers by the method that a header names instead of the request's own, for clients that can send no PATCH or
    /// DELETE, and refuses another version of the protocol.
    private func handle(
        _ request: Request, allowing methods: [Method], _ answer: (Request, Method) async throws -> Response
    ) async throws -> Response {
        request.responseHeaders.append(("Tus-Resumable", TusHeaders.version))
        let replaced = request.head.header("x-http-method-override")
        guard let method = replaced.map({ Method(rawValue: $0.uppercased()) }) ?? request.method,
            methods.contains(method) || method == .options
        else {
            let allow = (methods + [.options]).map(\.rawValue).joined(separator: ", ")
            request.responseHeaders.append(("Allow", allow))
            throw RoutingError.methodNotAllowed(allow: allow)
        }
        if method == .options { return options(methods) }
        // A cache must not answer for the server how far an upload is.
        request.responseHeaders.append(("Cache-Control", "no-store"))
        guard request.head.header("tus-resumable") == TusHeaders.version else {
            return responses.refusal(412, "Tus-Resumable must be \(TusHeaders.version)")
                .with("Tus-Version", TusHeaders.version)
        }
        return try await answer(request, method)
    }

    private func options(_ methods: [Method]) -> Response {
        Response(204, headers: TusHeaders.capabilities(maximumBytes: uploads.maximumBytes))
            .with("Allow", (methods + [.options]).map(\.rawValue).joined(separator: ", "))
    }

    // MARK: Requests

    private func create(_ request: Request, _ method: Method) async throws -> Response {
        let caller = try await context.caller(of: request, limits)
        let metadata = request.head.header("upload-metadata") ?? ""
        let values = try TusHeaders.metadata(metadata)
        guard let purpose = MediaPurpose(rawValue: values["purpose"] ?? MediaPurpose.track.rawValue),
            purpose != .picture
        else {
            throw DomainError(field: "purpose", reason: "purpose must be avatar, track, cover or other")
        }
        try await limits.take(.musiciansUpload(of: purpose), of: caller.user, for: request)
        guard let count = try TusHeaders.number("upload-length", of: request) else {
            throw DomainError.invalid("Upload-Length is required")
        }
        let hasBody = request.body.declaredLength != 0
        if hasBody { try requireType(request) }
        let checksum = try TusHeaders.checksum(of: request)
        let description = UploadDescription(
            originalName: MultipartPart.cleaned(fileName: values["filename"] ?? ""), owner: values["userId"],
            track: values["trackId"], isProfileCover: values["type"] == "profile")
        var progress = try await uploads.create(
            purpose, description, byteCount: count, metadata: metadata, by: caller)
        if hasBody {
            do {
                progress = try await receive(request, progress.id, at: 0, checksum, caller)
            } catch {
                // The client does not know its address.
                try? await uploads.terminate(progress.id, by: caller)
                throw error
            }
        }
        let location = "\(responses.publicBaseURL)\(Self.pattern)/\(progress.id)"
        return response(201, progress).with("Location", location)
    }

    private func change(_ request: Request, _ method: Method) async throws -> Response {
        let caller = try await context.caller(of: request, limits)
        let id = try request.parameter("uploadId", as: MediaID.self)
        switch method {
        case .delete:
            try await uploads.terminate(id, by: caller)
            return Response(204)
        case .patch:
            try requireType(request)
            guard let offset = try TusHeaders.number("upload-offset", of: request) else {
                throw DomainError.invalid("Upload-Offset is required")
            }
            let checksum = try TusHeaders.checksum(of: request)
            return response(204, try await receive(request, id, at: offset, checksum, caller))
        default:
            let progress = try await uploads.read(id, by: caller)
            var response = response(200, progress).with("Upload-Length", "\(progress.byteCount)")
            if let metadata = progress.metadata, !metadata.isEmpty {
                response = response.with("Upload-Metadata", metadata)
            }
            return response
        }
    }

    private func requireType(_ request: Request) throws(DomainError) {
        guard request.head.header("content-type")?.lowercased() == TusHeaders.contentType else {
            throw DomainError(
                .unsupportedMediaType, .unsupportedMediaType, "Send the bytes as \(TusHeaders.contentType)")
        }
    }

    /// Receives the body; keeps what has arrived of one that breaks off.
    private func receive(
        _ request: Request, _ id: MediaID, at offset: Int, _ checksum: ExpectedChecksum?, _ caller: Caller
    ) async throws -> UploadProgress {
        let body = request.body
        guard
            let receiver = try await uploads.receive(
                id, at: offset, count: body.declaredLength, checksum: checksum, by: caller)
        else { return try await uploads.read(id, by: caller) }
        do {
            while let piece = try await body.next() { try await receiver.append(piece[...]) }
        } catch {
            await receiver.interrupt()
            throw error
        }
        return try await uploads.end(receiver, by: caller)
    }

    private func response(_ status: Status, _ progress: UploadProgress) -> Response {
        var response = Response(status, headers: [("Upload-Offset", "\(progress.received)")])
        if let expiry = progress.expiresAt { response = response.with("Upload-Expires", expiry.httpDate) }
        if let file = progress.file { response = response.with("Upload-Result", responses.url(of: file)) }
        return response
    }
}
