internal import CVips

/// Owns one reference to an image of libvips, which is a plan for pixels as often as pixels.
struct RasterImage: ~Copyable {
    typealias Pointer = UnsafeMutablePointer<VipsImage>

    private let pointer: Pointer

    private init(owning pointer: Pointer) {
        self.pointer = pointer
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(pointer)) }

    /// The image that a call of libvips makes.
    static func made(
        by call: (UnsafeMutablePointer<Pointer?>) -> Int32
    ) throws(MediaFailure) -> RasterImage {
        var pointer: Pointer?
        guard call(&pointer) == 0, let pointer else { throw .corrupt(detail: VipsRuntime.takeError()) }
        return RasterImage(owning: pointer)
    }

    /// The image that a call of libvips derives from this one.
    func derived(
        by call: (Pointer, UnsafeMutablePointer<Pointer?>) -> Int32
    ) throws(MediaFailure) -> RasterImage {
        try Self.made { call(pointer, $0) }
    }

    /// Lends the pointer for one call.
    func withUnsafePointer<Value>(_ body: (Pointer) -> Value) -> Value {
        body(pointer)
    }

    /// All pixels, computed now.
    func inMemory() throws(MediaFailure) -> RasterImage {
        guard let copy = vips_image_copy_memory(pointer) else { throw .corrupt(detail: VipsRuntime.takeError()) }
        return RasterImage(owning: copy)
    }

    var width: Int { Int(vips_image_get_width(pointer)) }
    var height: Int { Int(vips_image_get_height(pointer)) }

    /// 1 unless the file holds several.
    var frames: Int { max(1, integer("n-pages") ?? 1) }

    /// 1 to 8 as in Exif; 1 is upright, and from 5 on width and height change places.
    var orientation: Int { integer("orientation") ?? 1 }

    private func integer(_ field: String) -> Int? {
        var value: Int32 = 0
        guard vips_image_get_typeof(pointer, field) != 0, vips_image_get_int(pointer, field, &value) == 0 else {
            return nil
        }
        return Int(value)
    }
}
