# Pictures from upload to three variants, against vipsthumbnail, pyvips and Pillow doing the decoding alone, and against
# what the codecs cost. Everyone gets two processes with one thread each and makes the same: 1200 inside, 512 and 256
# squares, WebP quality 80, effort 2. The product makes three JPEGs, a ThumbHash and a colour besides.

measure_pictures() {
    local round
    provide_pyvips
    use_tool "$python" "$tools/photo.py" 4000 3000 3200000 "$temporary/photo.jpg"
    start_product 1 WORKERS_IMAGES=2
    register_people 4 painter >"$temporary/painters"
    make_pictures 8
    for round in 1 2 3; do
        make_pictures 48
        note pictures.product_rate "$pictures_rate"
        note pictures.product_cpu "$pictures_cpu"
        compare codecs
        note pictures.ratio "$(calculate "$pictures_cpu / $peer_cpu")"
        compare vipsthumbnail
        compare pyvips
        compare pillow
    done
    stop_product
    row pictures 'the product: upload, 3 variants, stored' pictures/s pictures.product_rate
    row pictures 'vipsthumbnail, 3 variants' pictures/s pictures.vipsthumbnail_rate
    row pictures 'pyvips, 3 variants' pictures/s pictures.pyvips_rate
    row pictures 'Pillow, 3 variants' pictures/s pictures.pillow_rate
    row pictures 'the product: worker and helpers, CPU a picture' ms pictures.product_cpu
    row pictures 'djpeg and cwebp alone, CPU a picture' ms pictures.codecs_cpu
    row pictures 'ratio of the product to these' '' pictures.ratio '<' 1.35
    row pictures 'vipsthumbnail, CPU a picture' ms pictures.vipsthumbnail_cpu
    row pictures 'pyvips, CPU a picture' ms pictures.pyvips_cpu
    row pictures 'Pillow, CPU a picture' ms pictures.pillow_cpu
}

# From PyPI, since Debian has none; built against the libvips that is installed.
provide_pyvips() {
    [[ -d .build/bench-python/pyvips ]] ||
        use_tool "$python" -m pip install --quiet --disable-pip-version-check --no-input \
            --target .build/bench-python pyvips==2.2.3
    export PYTHONPATH="$PWD/.build/bench-python"
}

# Four people upload one picture after another.
make_pictures() { # COUNT
    local before word seconds
    before="$(ticks_with_children_of "$images_process")"
    use_tool "$python" "$tools/paint.py" "$host" "$port" "$temporary/photo.jpg" "$temporary/painters" "$1"
    read -r word seconds <"$answer"
    [[ $word == seconds ]] || die "The pictures did not become ready."
    pictures_rate="$(calculate "$1 / $seconds")"
    pictures_cpu="$(calculate \
        "($(ticks_with_children_of "$images_process") - $before) * 1000 / $ticks_a_second / $1")"
}

# Sets peer_cpu.
compare() { # codecs | vipsthumbnail | pyvips | pillow
    local word peer_rate
    use_tool env VIPS_CONCURRENCY=1 "$python" "$tools/peers.py" "$1" "$temporary/photo.jpg" 16 "$temporary"
    read -r word peer_rate peer_cpu <"$answer"
    [[ $word == "$1" ]] || die "$1 made no pictures."
    note "pictures.$1_rate" "$peer_rate"
    note "pictures.$1_cpu" "$peer_cpu"
}
