# How much the API grows while a large body streams through it. Passwords (64 MiB each) are hashed before.

maximum_image=26214400

measure_upload() {
    local round token
    use_tool "$python" "$tools/photo.py" 8000 6000 "$((maximum_image - 1000000))" "$temporary/large.jpg"
    start_product 2 MAX_IMAGE_BYTES="$maximum_image"
    token="$(register_people 1 upload)"
    token="${token##* }"
    for round in 1 2 3 4 5; do
        upload accepted 200 "$temporary/large.jpg" 0
        upload refused 413 "$temporary/large.jpg" 200000000
    done
    stop_product
    row upload "a JPEG of $(($(stat -c %s "$temporary/large.jpg") / 1000000)) MB accepted, growth of the peak" MB \
        upload.accepted '<' 8
    row upload 'a body of 200 MB refused, growth of the peak' MB upload.refused '<' 8
    row upload 'sent of it until the refusal arrived' MB upload.refused_sent
}

upload() { # FIGURE STATUS FILE PADDED_TO
    local before word status sent
    forget_peak_of "$api_process"
    before="$(memory_of "$api_process" VmHWM)"
    use_tool "$python" "$tools/upload.py" "$host" "$port" "$token" "$3" "$4"
    read -r word status sent <"$answer"
    [[ $word == status && $status == "$2" ]] || die "An upload was answered $status instead of $2."
    note "upload.$1" "$(calculate "($(memory_of "$api_process" VmHWM) - $before) / 1000000")"
    note "upload.$1_sent" "$(calculate "$sent / 1000000")"
}
