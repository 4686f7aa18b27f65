internal import CVips

extension RasterImage {
    /// Whether there is a colour profile that fits the pixels. libvips 8.14.1 makes garbage of one that does not.
    /// The signature of the colour space is at byte 16 of the header (ICC.1:2022, section 7.2).
    var hasUsableProfile: Bool {
        withUnsafePointer { image in
            var bytes: UnsafeRawPointer?
            var count = 0
            guard vips_image_get_typeof(image, Self.profile) != 0,
                vips_image_get_blob(image, Self.profile, &bytes, &count) == 0, let bytes, count >= 128
            else { return false }
            let space = String(decoding: UnsafeRawBufferPointer(start: bytes + 16, count: 4), as: UTF8.self)
            let colours = Int(vips_image_get_bands(image)) - (vips_image_hasalpha(image) != 0 ? 1 : 0)
            return switch (colours, space) {
            case (3, "RGB "), (1, "GRAY"), (4, "CMYK"): true
            default: false
            }
        }
    }

    /// This image must not be shared: the caches of libvips are off, so none is.
    func removeProfile() {
        withUnsafePointer { _ = vips_image_remove($0, Self.profile) }
    }

    /// A copy that knows nothing but its pixels.
    func withoutMetadata() throws(MediaFailure) -> RasterImage {
        let copy = try derived { cvips_copy($0, $1) }
        copy.withUnsafePointer { image in
            guard let fields = vips_image_get_fields(image) else { return }
            defer { g_strfreev(fields) }
            var field = fields
            while let name = field.pointee {
                vips_image_remove(image, name)
                field += 1
            }
        }
        return copy
    }

    private static let profile = "icc-profile-data"
}
