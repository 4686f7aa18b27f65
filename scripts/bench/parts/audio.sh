# Descriptions of an MP3 with two pictures and a Xing header, in sandboxed helpers, against ffprobe and mutagen on the
# same file: tags, picture, length. Each has two processes. Then the errors of the lengths that each gives for files
# whose headers are missing or lie.

measure_audio() {
    local round name truth
    use_tool "$python" "$tools/photo.py" 1000 1000 200000 "$temporary/cover.jpg"
    use_tool "$python" "$tools/tracks.py" "$temporary" "$temporary/cover.jpg"
    mv "$answer" "$temporary/lengths"
    for round in 1 2 3 4 5; do
        probe product "$binaries/AudioBench" probe "$binaries/Workers" 2 3 "$temporary/whole.mp3"
        probe ffprobe "$python" "$tools/probes.py" ffprobe 3 "$temporary/whole.mp3"
        probe mutagen "$python" "$tools/probes.py" mutagen 3 "$temporary/whole.mp3"
        use_tool "$binaries/AudioBench" analyse "$binaries/Workers" "$temporary/whole.mp3"
        note audio.analysis "$(awk '$1 == "analysis" { print $2 * 1000 }' "$answer")"
    done
    while read -r name truth; do
        measure_length "$name" "$truth" product "$binaries/AudioBench" length "$binaries/Workers"
        measure_length "$name" "$truth" ffprobe "$python" "$tools/probes.py" length ffprobe
        measure_length "$name" "$truth" mutagen "$python" "$tools/probes.py" length mutagen
    done <"$temporary/lengths"
    row audio 'the product: tags, picture, length; sandboxed' probes/s audio.product '>' 1500
    row audio 'ffprobe, a process each' probes/s audio.ffprobe
    row audio 'mutagen' probes/s audio.mutagen
    row audio 'waveform and loudness of 180 s of stereo' ms audio.analysis
    # A frame of MPEG 1 has 26 ms.
    while read -r name truth; do
        row audio "$name.mp3, error of the product" ms "audio.product_$name" '<' 26
        row audio "$name.mp3, error of ffprobe" ms "audio.ffprobe_$name"
        row audio "$name.mp3, error of mutagen" ms "audio.mutagen_$name"
    done <"$temporary/lengths"
}

probe() { # FIGURE COMMAND...
    local figure="$1" word rate
    shift
    use_tool "$@"
    read -r word rate <"$answer"
    [[ -n ${rate:-} ]] || die "$figure described no track: $word"
    note "audio.$figure" "$rate"
}

measure_length() { # FILE TRUTH FIGURE COMMAND...
    local file="$1" truth="$2" figure="$3" word found
    shift 3
    use_tool "$@" "$temporary/$file.mp3"
    read -r word found <"$answer"
    [[ $found =~ ^[0-9.]+$ ]] || die "$figure gives no length of $file.mp3: $word $found"
    note "audio.${figure}_$file" "$(calculate "($found - $truth) * ($found > $truth ? 1000 : -1000)")"
}
