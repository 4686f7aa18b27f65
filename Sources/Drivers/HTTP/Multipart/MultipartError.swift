/// Why a multipart body cannot be read.
package enum MultipartError: Error, Equatable {
    /// The Content-Type is not `multipart/form-data` with a boundary.
    case notMultipart
    /// The body does not keep to RFC 7578, or ends too early.
    case malformed
    /// More than 32 parts, or a part's head over 8 KiB.
    case tooManyParts
}
