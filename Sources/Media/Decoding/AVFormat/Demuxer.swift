internal import CAVFormat
import MediaStoring

/// An open container, read through ``AudioSource`` alone.
///
/// libavformat opens files and addresses that a file names (of a DASH manifest even through a custom AVIO), so opening
/// is denied, no protocol is permitted, and the demuxer is the one that the first bytes demand, never a guess. No codec
/// is opened here: headers and packets tell what a probe needs.
struct Demuxer: ~Copyable {
    let format: AudioFormat
    let source: AudioSource
    /// Of the audio among the streams.
    let index: Int
    private let context: UnsafeMutablePointer<AVFormatContext>
    private let input: UnsafeMutablePointer<AVIOContext>
    /// Keeps the reader alive, to which the AVIO points.
    private let reader: AVIOReader

    init(_ source: AudioSource, _ format: AudioFormat) throws(MediaFailure) {
        self.format = format
        self.source = source
        reader = AVIOReader(source)
        guard let demuxer = av_find_input_format(format.demuxer) else {
            throw .unavailable(detail: "libavformat has no demuxer \(format.demuxer)")
        }
        guard let input = reader.open() else { throw .unavailable(detail: "no memory") }
        guard let allocated = avformat_alloc_context() else {
            Self.free(input)
            throw .unavailable(detail: "no memory")
        }
        allocated.pointee.pb = input
        allocated.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
        allocated.pointee.interrupt_callback = reader.interruption
        cavformat_deny_opening(allocated)
        var options = format.options
        defer { av_dict_free(&options) }
        // Frees the context if it fails, but not the AVIO.
        var opened: UnsafeMutablePointer<AVFormatContext>? = allocated
        let result = avformat_open_input(&opened, nil, demuxer, &options)
        guard result >= 0, let context = opened else {
            Self.free(input)
            try source.check()
            throw .corrupt(detail: "open: \(Self.message(result))")
        }
        guard let index = Self.audio(of: context) else {
            avformat_close_input(&opened)
            Self.free(input)
            throw .unsupportedType(.audio(format))
        }
        let showsVideo = Self.showsVideo(context)
        if showsVideo {
            avformat_close_input(&opened)
            Self.free(input)
            throw .unsupportedType(.unsupported(format == .m4a ? .mp4 : .ogg))
        }
        self.context = context
        self.input = input
        self.index = index
        for other in 0..<Int(context.pointee.nb_streams) where other != index {
            context.pointee.streams[other]?.pointee.discard = AVDISCARD_ALL
        }
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
        Self.free(input)
    }

    /// The stream of the audio.
    var stream: UnsafeMutablePointer<AVStream> {
        guard let stream = context.pointee.streams[index] else { preconditionFailure("a stream has an address") }
        return stream
    }

    var parameters: UnsafeMutablePointer<AVCodecParameters> {
        guard let parameters = stream.pointee.codecpar else { preconditionFailure("a stream has parameters") }
        return parameters
    }

    /// The seconds of one unit of the stream's time.
    var unit: Double {
        let base = stream.pointee.time_base
        return base.den > 0 ? Double(base.num) / Double(base.den) : 0
    }

    /// Calls a body with every packet of the audio, until it returns false or the file ends.
    func forEachPacket(
        _ body: (UnsafeMutablePointer<AVPacket>) throws(MediaFailure) -> Bool
    ) throws(MediaFailure) {
        guard let packet = av_packet_alloc() else { throw .unavailable(detail: "no memory") }
        defer {
            var packet: UnsafeMutablePointer<AVPacket>? = packet
            av_packet_free(&packet)
        }
        var errors = 0
        while true {
            let result = av_read_frame(context, packet)
            try source.check()
            if result < 0 {
                // One that cannot be read does not end a file, but many in a row do.
                errors += 1
                if result == cavformat_end_of_file || errors > 100 { return }
                continue
            }
            defer { av_packet_unref(packet) }
            errors = 0
            guard Int(packet.pointee.stream_index) == index else { continue }
            guard try body(packet) else { return }
        }
    }

    /// The tags of the file, then those of the stream, where Ogg has them.
    func tags() -> AudioTags {
        var tags = AudioTags()
        for dictionary in [context.pointee.metadata, stream.pointee.metadata] {
            var entry: UnsafeMutablePointer<AVDictionaryEntry>?
            while let next = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX) {
                entry = next
                guard let key = next.pointee.key, let value = next.pointee.value else { continue }
                let name = Self.text(key, limit: 64).lowercased()
                if Self.technical.contains(name) { continue }
                tags.add(name, Self.text(value, limit: AudioLimits.tagCharacters))
            }
        }
        return tags
    }

    /// The first front cover, else the first picture, of an accepted format: its own bytes tell which.
    func cover() -> [UInt8]? {
        var first: [UInt8]?
        for index in 0..<Int(context.pointee.nb_streams) {
            guard let stream = context.pointee.streams[index],
                stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0,
                let data = stream.pointee.attached_pic.data,
                (1...AudioLimits.coverBytes).contains(Int(stream.pointee.attached_pic.size))
            else { continue }
            let bytes = UnsafeBufferPointer(start: data, count: Int(stream.pointee.attached_pic.size))
            let head = Array(bytes.prefix(MediaKind.sniffedByteCount))
            guard MediaKind(sniffing: head).pictureFormat != nil else { continue }
            let comment = av_dict_get(stream.pointee.metadata, "comment", nil, 0)?.pointee.value
            if let comment, String(cString: comment) == "Cover (front)" { return Array(bytes) }
            if first == nil { first = Array(bytes) }
        }
        return first
    }

    /// What libavformat reports of the container of an MP4 as if it were a tag.
    private static let technical: Set = [
        "major_brand", "minor_version", "compatible_brands", "handler_name", "vendor_id", "creation_time",
    ]

    // MARK: Opening

    private static func audio(of context: UnsafeMutablePointer<AVFormatContext>) -> Int? {
        (0..<Int(context.pointee.nb_streams)).first { index in
            context.pointee.streams[index]?.pointee.codecpar?.pointee.codec_type == AVMEDIA_TYPE_AUDIO
        }
    }

    private static func showsVideo(_ context: UnsafeMutablePointer<AVFormatContext>) -> Bool {
        (0..<Int(context.pointee.nb_streams)).contains { index in
            guard let stream = context.pointee.streams[index]?.pointee else { return false }
            return stream.codecpar?.pointee.codec_type == AVMEDIA_TYPE_VIDEO
                && stream.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
        }
    }

    private static func free(_ input: UnsafeMutablePointer<AVIOContext>) {
        // libavformat may have replaced the buffer.
        av_free(input.pointee.buffer)
        var input: UnsafeMutablePointer<AVIOContext>? = input
        avio_context_free(&input)
    }

    private static func text(_ pointer: UnsafePointer<CChar>, limit: Int) -> String {
        TagText.repaired(UnsafeRawBufferPointer(start: pointer, count: strlen(pointer)), limit: limit)
    }

    static func message(_ code: Int32) -> String {
        var text = [CChar](repeating: 0, count: 128)
        guard av_strerror(code, &text, text.count) == 0 else { return "error \(code)" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension AudioFormat {
    /// libavformat's name of the demuxer.
    fileprivate var demuxer: String {
        switch self {
        case .mp3: "mp3"
        case .wav: "wav"
        case .ogg, .opus: "ogg"
        case .flac: "flac"
        case .m4a: "mov"
        case .aac: "aac"
        }
    }

    fileprivate var options: OpaquePointer? {
        var options: OpaquePointer?
        // None of the protocols has this name.
        av_dict_set(&options, "protocol_whitelist", "none", 0)
        av_dict_set(&options, "format_whitelist", demuxer == "mov" ? "mov,mp4,m4a,3gp,3g2,mj2" : demuxer, 0)
        av_dict_set(&options, "codec_whitelist", AudioCodec.decoders, 0)
        av_dict_set_int(&options, "probesize", 1 << 20, 0)
        av_dict_set_int(&options, "analyzeduration", 2_000_000, 0)
        av_dict_set_int(&options, "max_streams", Int64(AudioLimits.streams), 0)
        return options
    }
}
