internal import CVips

extension RasterImage {
    /// Returns the image in exactly this size. Transparent pixels have no colour that others could take on.
    func resized(_ width: Int, _ height: Int) throws(MediaFailure) -> RasterImage {
        let (horizontal, vertical) = (Double(width) / Double(self.width), Double(height) / Double(self.height))
        guard hasAlpha, horizontal != 1 || vertical != 1 else {
            return try derived { cvips_resize($0, $1, horizontal, vertical) }
        }
        let before = format
        return try derived { cvips_premultiply($0, $1) }
            .derived { cvips_resize($0, $1, horizontal, vertical) }
            .derived { cvips_unpremultiply($0, $1) }
            .derived { cvips_cast($0, $1, before) }
    }

    /// Returns the image in sRGB with 8 bits, three colours and its alpha.
    /// - Parameter colour: The meaning of the pixels; nil for what the image itself says: its profile if that fits,
    ///   else its kind of colours.
    func inSRGB(_ colour: PictureColour?) throws(MediaFailure) -> RasterImage {
        if let colour {
            let interpretation = isSixteenBits ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB
            return try colour.converted(derived { cvips_colourspace($0, $1, interpretation) }.inMemory())
        }
        // libvips' transform by a profile takes the alpha of 16 bits for one of 8.
        let eight = isSixteenBits ? try inEightBits() : try derived { cvips_copy($0, $1) }
        if eight.hasUsableProfile { return try eight.derived { cvips_profile_to_srgb($0, $1) } }
        eight.removeProfile()
        return eight.isRGB ? eight : try eight.derived { cvips_colourspace($0, $1, VIPS_INTERPRETATION_sRGB) }
    }

    private func inEightBits() throws(MediaFailure) -> RasterImage {
        let interpretation = isGrey ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB
        return try derived { cvips_eight_bits($0, $1) }.derived { cvips_interpreted($0, $1, interpretation) }
    }

    /// Returns the image without an alpha that is opaque everywhere.
    consuming func withoutOpaqueAlpha() throws(MediaFailure) -> RasterImage {
        guard bands == 4 else { return self }
        let isOpaque = try withPixels { pixels throws(MediaFailure) in
            stride(from: 3, to: pixels.count, by: 4).allSatisfy { pixels[$0] == 255 }
        }
        return isOpaque ? try derived { cvips_first_bands($0, $1, 3) }.inMemory() : self
    }

    /// Returns the image with an Exif orientation, which a conversion may have lost.
    func oriented(as orientation: Int) throws(MediaFailure) -> RasterImage {
        let copy = try derived { cvips_copy($0, $1) }
        copy.withUnsafePointer { vips_image_set_int($0, "orientation", Int32(orientation)) }
        return copy
    }

    /// Returns the image turned as its Exif orientation says.
    func upright() throws(MediaFailure) -> RasterImage {
        try derived { cvips_turn_upright($0, $1) }
    }
}
