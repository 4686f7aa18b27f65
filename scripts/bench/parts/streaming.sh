# A track of 60 MB to fast clients and to many slow ones, beside nginx with the same file, and many uploads at once.

track_bytes=60000000
streamed_bytes=5000000000
range_readers=1000
uploads_at_once=100
upload_bytes=20000000
nginx_process=''

measure_streaming() {
    local round token track growth word seconds
    make_wave "$track_bytes" "$temporary/track.wav"
    make_wave "$upload_bytes" "$temporary/upload.wav"
    start_product 1
    token="$(register_people 1 streamer)"
    token="${token##* }"
    use_tool "$python" "$tools/stream.py" upload "$host" "$port" "$token" "$temporary/track.wav" 1
    track="/media/track/$(newest_track)"
    start_nginx "$temporary/track.wav"
    for round in 1 2 3; do
        download product "$port" "$track" "$api_process"
        download nginx "$nginx_port" /track.wav "$nginx_process"
        read_ranges product "$port" "$track" "$api_process"
        read_ranges nginx "$nginx_port" /track.wav "$nginx_process"
    done
    stop_nginx
    for round in 1 2 3; do
        forget_peak_of "$api_process"
        growth="$(memory_of "$api_process" VmHWM)"
        use_tool "$python" "$tools/stream.py" upload \
            "$host" "$port" "$token" "$temporary/upload.wav" "$uploads_at_once"
        note streaming.upload_growth "$(calculate "($(memory_of "$api_process" VmHWM) - $growth) / 1000000")"
        read -r word seconds <"$answer"
        [[ $word == upload ]] || die "The uploads were not answered."
        note streaming.upload_rate "$(calculate "$uploads_at_once * $upload_bytes / $seconds / 1000000")"
    done
    stop_product
    row streaming 'a track of 60 MB again and again' MB/s streaming.product_rate '>' 1000
    row streaming 'the same from nginx' MB/s streaming.nginx_rate
    row streaming 'server CPU for 5 GB' s streaming.product_cpu '<' 1
    row streaming 'the same of nginx' s streaming.nginx_cpu
    row streaming "$range_readers readers of ranges, growth of the peak" MB streaming.product_growth '<' 8
    row streaming 'the same of nginx' MB streaming.nginx_growth
    row streaming "$range_readers readers of ranges" MB/s streaming.product_ranges
    row streaming 'the same from nginx' MB/s streaming.nginx_ranges
    row streaming "$uploads_at_once uploads of 20 MB at once, growth of the peak" MB streaming.upload_growth '<' 16
    row streaming "$uploads_at_once uploads of 20 MB at once" MB/s streaming.upload_rate
}

# Noise in 44.1 kHz, 16 bits, stereo.
make_wave() { # BYTES FILE
    "$python" -c '
import os, sys, wave
with wave.open(sys.argv[2], "wb") as file:
    file.setparams((2, 2, 44_100, 0, "NONE", ""))
    file.writeframes(os.urandom((int(sys.argv[1]) - 44) // 4 * 4))
' "$1" "$2"
}

newest_track() { postgres_says "SELECT id FROM media WHERE purpose = 'track' ORDER BY id DESC LIMIT 1"; }

# By curl, one after the other over one connection.
download() { # FIGURE PORT PATH PROCESS
    local before times=$((streamed_bytes / track_bytes)) begun seconds
    use_tool "$python" "$tools/stream.py" compare "$host" "$2" "$3" "$temporary/track.wav"
    before="$(ticks_of "$4")"
    begun="$(date +%s.%N)"
    use_tool curl --silent --show-error --fail --output /dev/null "http://$host:$2$3?number=[1-$times]"
    seconds="$(calculate "$(date +%s.%N) - $begun")"
    note "streaming.$1_rate" "$(calculate "$times * $track_bytes / $seconds / 1000000")"
    note "streaming.$1_cpu" "$(calculate \
        "($(ticks_of "$4") - $before) / $ticks_a_second * $streamed_bytes / ($times * $track_bytes)")"
}

read_ranges() { # FIGURE PORT PATH PROCESS
    local before word requests bytes seconds=5
    forget_peak_of "$4"
    before="$(memory_of "$4" VmHWM)"
    use_tool "$python" "$tools/stream.py" readers "$host" "$2" "$3" "$track_bytes" "$range_readers" "$seconds"
    read -r word requests bytes <"$answer"
    [[ $word == readers ]] || die "No ranges were sent."
    note "streaming.$1_growth" "$(calculate "($(memory_of "$4" VmHWM) - $before) / 1000000")"
    note "streaming.$1_ranges" "$(calculate "$bytes / $seconds / 1000000")"
}

# One process with its usual settings for files and no log.
start_nginx() { # FILE
    local folder="$temporary/nginx"
    mkdir -p "$folder/files"
    ln "$1" "$folder/files/track.wav"
    nginx_port="$(free_port)"
    cat >"$folder/nginx.conf" <<NGINX
daemon off; master_process off; pid $folder/pid; error_log $folder/error.log;
events { worker_connections 4096; }
http {
    sendfile on; tcp_nopush on; access_log off; client_body_temp_path $folder/body; proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi; uwsgi_temp_path $folder/uwsgi; scgi_temp_path $folder/scgi;
    server { listen 127.0.0.1:$nginx_port reuseport; root $folder/files; }
}
NGINX
    launch TERM /usr/sbin/nginx -p "$folder" -c "$folder/nginx.conf" -e "$folder/error.log" >"$temporary/nginx.log" 2>&1
    nginx_process="$launched"
    wait_until nginx "$nginx_process" curl --silent --output /dev/null --range 0-0 "http://$host:$nginx_port/track.wav"
}

stop_nginx() {
    end_process TERM "$nginx_process"
    nginx_process=''
}
