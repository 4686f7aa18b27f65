extension BucketClient {
    /// The most entries that S3 puts on a page.
    private static let pageLimit = 1_000

    /// Returns a page of objects in the order of their keys' bytes.
    /// - Parameters:
    ///   - last: The key after which the page begins; nil for the first one.
    ///   - limit: At least 1; the page has 1,000 entries at most.
    package func objects(after last: String?, limit: Int) throws(ObjectStorageError) -> ObjectPage {
        var request = BucketRequest(.get)
        request.query = [
            ("encoding-type", "url"), ("list-type", "2"), ("max-keys", "\(min(max(limit, 1), Self.pageLimit))"),
        ]
        if let last { request.query.append(("start-after", last)) }
        guard let page = ObjectPage(try send(request).body) else { throw .invalidAnswer("no list of objects") }
        return page
    }

    /// Returns a page of multipart uploads in progress.
    /// - Parameter last: The upload after which the page begins; nil for the first one.
    package func uploads(after last: MultipartUpload?) throws(ObjectStorageError) -> UploadPage {
        var request = BucketRequest(.get)
        request.query = [("encoding-type", "url"), ("max-uploads", "\(Self.pageLimit)"), ("uploads", "")]
        if let last { request.query += [("key-marker", last.key), ("upload-id-marker", last.id)] }
        guard let page = UploadPage(try send(request).body) else { throw .invalidAnswer("no list of uploads") }
        return page
    }
}
