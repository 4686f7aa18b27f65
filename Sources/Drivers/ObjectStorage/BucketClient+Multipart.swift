/// Uploads in parts: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
extension BucketClient {
    /// The least size of every part but the last, in bytes.
    package static let leastPartSize = 5 << 20
    /// The most parts of an upload.
    package static let mostParts = 10_000

    /// Begins a multipart upload. Its parts take room until it is completed or aborted.
    package func beginUpload(_ key: String) throws(ObjectStorageError) -> MultipartUpload {
        var request = BucketRequest(.post, key)
        request.query = [("uploads", "")]
        guard let result = XMLElement(document: try send(request).body), let id = result["UploadId"], !id.isEmpty,
            id.utf8.count <= 1_024
        else { throw .invalidAnswer("an upload without an id") }
        return MultipartUpload(key: key, id: id)
    }

    /// Stores a part, and replaces one of the same number.
    /// - Parameter number: From 1 on.
    /// - Returns: Its entity tag, with which the upload is completed.
    package func put(
        _ body: ObjectBody, asPart number: Int, of upload: MultipartUpload
    ) throws(ObjectStorageError) -> String {
        var request = BucketRequest(.put, upload.key)
        request.query = [("partNumber", "\(number)"), ("uploadId", upload.id)]
        request.body = body
        guard let tag = try send(request).head.entityTag else { throw .invalidAnswer("a part without an entity tag") }
        return tag
    }

    /// Makes an object of the parts.
    /// - Parameters:
    ///   - tags: The entity tags of all parts in their order.
    ///   - byteCount: Of the whole object: if an answer is lost and the upload has ended, this tells whether it
    ///     succeeded.
    package func complete(
        _ upload: MultipartUpload, tags: [String], byteCount: Int
    ) throws(ObjectStorageError) {
        let parts = tags.enumerated().map { index, tag in
            "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(Self.escape(tag))</ETag></Part>"
        }
        let document = "<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>"
        var request = BucketRequest(.post, upload.key)
        request.query = [("uploadId", upload.id)]
        request.body = ObjectBody(Array(document.utf8), type: "application/xml")
        var mayBeDone = false
        try repeating { timeout throws(ObjectStorageError) in
            do throws(ObjectStorageError) {
                let body = try attempt(request, timeout).body
                // An error during the completion comes with the status 200, which was sent before it.
                guard XMLElement(document: body)?.name == "CompleteMultipartUploadResult" else {
                    throw ObjectStorageError.busy(status: 200, code: S3Error.code(in: body))
                }
            } catch .notFound where mayBeDone {
                guard try head(upload.key).byteCount == byteCount else { throw .notFound }
            } catch {
                mayBeDone = mayBeDone || error.isUncertain
                throw error
            }
        }
    }

    /// Removes the parts of an upload. A missing upload is not an error.
    package func abort(_ upload: MultipartUpload) throws(ObjectStorageError) {
        var request = BucketRequest(.delete, upload.key)
        request.query = [("uploadId", upload.id)]
        do { try send(request) } catch .notFound {}
    }

    private static func escape(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.append(character)
            }
        }
    }
}
