internal import CVips

/// The set-up of libvips in the helper process.
enum VipsRuntime {
    /// The only loaders and savers that are enabled. All others, from SVG to those of ImageMagick, stay blocked (see
    /// CVE-2026-66066 for why by class and not by file name).
    private static let allowed = [
        "VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadNsgif",
        "VipsForeignLoadHeif", "VipsForeignSaveWebp", "VipsForeignSaveJpeg", "VipsForeignSavePng",
    ]

    /// Initialises libvips. Call once per process, before any other thread exists. One thread per picture, and no
    /// caches, because no picture is decoded twice.
    static func start() -> Bool {
        guard cvips_init("decode-pictures") == 0 else { return false }
        vips_concurrency_set(1)
        vips_cache_set_max(0)
        vips_cache_set_max_mem(0)
        vips_cache_set_max_files(0)
        vips_block_untrusted_set(1)
        vips_operation_block_set("VipsForeignLoad", 1)
        vips_operation_block_set("VipsForeignSave", 1)
        for name in allowed { vips_operation_block_set(name, 0) }
        return true
    }

    /// Returns and clears the error messages of libvips. The buffer is one per process: usable for a log, and its
    /// text for no decision.
    static func takeError() -> String {
        defer { vips_error_clear() }
        return String(cString: vips_error_buffer())
    }
}
