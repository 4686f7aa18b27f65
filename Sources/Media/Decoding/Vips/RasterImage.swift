internal import CVips

/// An owned reference to an image of libvips, which holds pixels or a pipeline that computes them.
struct RasterImage: ~Copyable {
    typealias Pointer = UnsafeMutablePointer<VipsImage>

    private let pointer: Pointer

    private init(owning pointer: Pointer) {
        self.pointer = pointer
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(pointer)) }

    /// Returns the image that a call of libvips makes.
    static func made(
        by call: (UnsafeMutablePointer<Pointer?>) -> Int32
    ) throws(MediaFailure) -> RasterImage {
        var pointer: Pointer?
        guard call(&pointer) == 0, let pointer else { throw .corrupt(detail: VipsRuntime.takeError()) }
        return RasterImage(owning: pointer)
    }

    /// Returns the image that a call of libvips derives from this one.
    func derived(
        by call: (Pointer, UnsafeMutablePointer<Pointer?>) -> Int32
    ) throws(MediaFailure) -> RasterImage {
        try Self.made { call(pointer, $0) }
    }

    /// Calls `body` with the pointer, which is valid during the call.
    func withUnsafePointer<Value>(_ body: (Pointer) -> Value) -> Value {
        body(pointer)
    }

    /// Returns an image in sRGB, of bytes that are not kept.
    static func made(_ bytes: [UInt8], width: Int, height: Int, bands: Int) throws(MediaFailure) -> RasterImage {
        let image = bytes.withUnsafeBytes {
            cvips_from_memory($0.baseAddress, $0.count, Int32(width), Int32(height), Int32(bands))
        }
        guard let image else { throw .corrupt(detail: VipsRuntime.takeError()) }
        return try RasterImage(owning: image).derived { cvips_interpreted($0, $1, VIPS_INTERPRETATION_sRGB) }
    }

    /// Calls `body` with the pixels of an image in memory, row by row.
    func withPixels<Value>(
        _ body: (UnsafeRawBufferPointer) throws(MediaFailure) -> Value
    ) throws(MediaFailure) -> Value {
        guard let start = vips_image_get_data(pointer) else { throw .corrupt(detail: VipsRuntime.takeError()) }
        let bytes = isSixteenBits ? 2 : 1
        return try body(UnsafeRawBufferPointer(start: start, count: width * height * bands * bytes))
    }

    /// Computes all pixels and returns them as an image in memory.
    func inMemory() throws(MediaFailure) -> RasterImage {
        guard let copy = vips_image_copy_memory(pointer) else { throw .corrupt(detail: VipsRuntime.takeError()) }
        return RasterImage(owning: copy)
    }

    var width: Int { Int(vips_image_get_width(pointer)) }
    var height: Int { Int(vips_image_get_height(pointer)) }

    /// Colours and alpha.
    var bands: Int { Int(vips_image_get_bands(pointer)) }
    var hasAlpha: Bool { vips_image_hasalpha(pointer) != 0 }
    var format: VipsBandFormat { vips_image_get_format(pointer) }
    var isSixteenBits: Bool { format == VIPS_FORMAT_USHORT }
    var isGrey: Bool { bands <= 2 }
    var isRGB: Bool { vips_image_get_interpretation(pointer) == VIPS_INTERPRETATION_sRGB }

    /// The number of frames in the file, at least 1.
    var frames: Int { max(1, integer("n-pages") ?? 1) }

    /// The Exif orientation, 1 to 8. 1 is upright; from 5 on, width and height are exchanged.
    var orientation: Int { integer("orientation") ?? 1 }

    private func integer(_ field: String) -> Int? {
        var value: Int32 = 0
        guard vips_image_get_typeof(pointer, field) != 0, vips_image_get_int(pointer, field, &value) == 0 else {
            return nil
        }
        return Int(value)
    }
}

extension RasterImage {
    /// Whether the image has a colour profile that fits its pixels. libvips 8.14.1 computes wrong colours with one that
    /// does not.
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

    /// Removes the colour profile in place. The image must not be shared; none is, because the caches of libvips are
    /// off.
    func removeProfile() {
        withUnsafePointer { _ = vips_image_remove($0, Self.profile) }
    }

    /// Returns a copy without any metadata.
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
