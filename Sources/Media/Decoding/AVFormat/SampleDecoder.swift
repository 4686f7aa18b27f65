internal import CAVFormat
import MediaStoring

/// Decodes the packets of a stream to interleaved samples from -1 to 1.
struct SampleDecoder: ~Copyable {
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let frame: UnsafeMutablePointer<AVFrame>
    private var samples: [Float] = []

    /// What a frame has.
    struct Shape: Equatable {
        /// In Hz.
        let sampleRate: Int
        let channels: Int
    }

    init(_ demuxer: borrowing Demuxer) throws(MediaFailure) {
        guard let name = AudioCodec.decoder(of: demuxer.parameters.pointee.codec_id, in: demuxer.format) else {
            throw .unsupportedType(.audio(demuxer.format))
        }
        guard let decoder = avcodec_find_decoder_by_name(name) else {
            throw .unavailable(detail: "libavcodec has no decoder \(name)")
        }
        var context = avcodec_alloc_context3(decoder)
        guard let allocated = context else { throw .unavailable(detail: "no memory") }
        // One thread for each track: the pool decides how many run.
        allocated.pointee.thread_count = 1
        allocated.pointee.pkt_timebase = demuxer.stream.pointee.time_base
        guard avcodec_parameters_to_context(allocated, demuxer.parameters) >= 0,
            avcodec_open2(allocated, decoder, nil) >= 0
        else {
            avcodec_free_context(&context)
            throw .corrupt(detail: "the decoder refuses the header")
        }
        guard let frame = av_frame_alloc() else {
            avcodec_free_context(&context)
            throw .unavailable(detail: "no memory")
        }
        self.context = allocated
        self.frame = frame
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = frame
        av_frame_free(&frame)
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
    }

    /// Decodes a packet, and calls a body with the samples of each frame. A packet that cannot be decoded is silent, as
    /// in every player.
    /// - Parameter packet: Nil for the end of the stream.
    mutating func decode(
        _ packet: UnsafeMutablePointer<AVPacket>?, _ body: (UnsafeBufferPointer<Float>, Shape) -> Void
    ) {
        guard avcodec_send_packet(context, packet) >= 0 else { return }
        while avcodec_receive_frame(context, frame) >= 0 {
            defer { av_frame_unref(frame) }
            let shape = Shape(
                sampleRate: Int(frame.pointee.sample_rate), channels: Int(frame.pointee.ch_layout.nb_channels))
            guard AudioLimits.sampleRates.contains(shape.sampleRate), AudioLimits.channels.contains(shape.channels),
                frame.pointee.nb_samples > 0
            else { continue }
            convert(count: Int(frame.pointee.nb_samples), channels: shape.channels)
            samples.withUnsafeBufferPointer { body($0, shape) }
        }
    }

    private mutating func convert(count: Int, channels: Int) {
        if samples.count != count * channels { samples = [Float](repeating: 0, count: count * channels) }
        let format = AVSampleFormat(frame.pointee.format)
        let isPlanar = av_sample_fmt_is_planar(format) != 0
        switch av_get_packed_sample_fmt(format) {
        case AV_SAMPLE_FMT_FLT: copy(Float.self, count, channels, isPlanar) { $0 }
        case AV_SAMPLE_FMT_DBL: copy(Double.self, count, channels, isPlanar) { Float($0) }
        case AV_SAMPLE_FMT_S16: copy(Int16.self, count, channels, isPlanar) { Float($0) / 32_768 }
        case AV_SAMPLE_FMT_S32: copy(Int32.self, count, channels, isPlanar) { Float($0) / 2_147_483_648 }
        case AV_SAMPLE_FMT_U8: copy(UInt8.self, count, channels, isPlanar) { (Float($0) - 128) / 128 }
        default: samples.removeAll(keepingCapacity: true)
        }
    }

    @inline(__always)
    private mutating func copy<Sample>(
        _: Sample.Type, _ count: Int, _ channels: Int, _ isPlanar: Bool, _ value: (Sample) -> Float
    ) {
        guard let planes = frame.pointee.extended_data else { return }
        samples.withUnsafeMutableBufferPointer { samples in
            // Planar audio has a plane for each channel, interleaved audio one for all.
            let step = isPlanar ? 1 : channels
            for channel in 0..<channels {
                guard let plane = planes[isPlanar ? channel : 0] else { return }
                let offset = isPlanar ? 0 : channel
                plane.withMemoryRebound(to: Sample.self, capacity: count * step) { source in
                    for index in 0..<count {
                        samples[index * channels + channel] = value(source[index * step + offset])
                    }
                }
            }
        }
    }
}
