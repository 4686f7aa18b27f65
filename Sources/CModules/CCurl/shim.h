#pragma once
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

/* curl_easy_setopt() and curl_easy_getinfo() are variadic; the parentheses go past the macros of the same names. */
static inline CURLcode ccurl_set_number(CURL *curl, CURLoption option, long value) {
  return (curl_easy_setopt)(curl, option, value);
}
static inline CURLcode ccurl_set_size(CURL *curl, CURLoption option, curl_off_t value) {
  return (curl_easy_setopt)(curl, option, value);
}
static inline CURLcode ccurl_set_text(CURL *curl, CURLoption option, const char *value) {
  return (curl_easy_setopt)(curl, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *curl, CURLoption option, void *value) {
  return (curl_easy_setopt)(curl, option, value);
}
static inline CURLcode ccurl_set_reader(CURL *curl, size_t (*read)(char *, size_t, size_t, void *)) {
  return (curl_easy_setopt)(curl, CURLOPT_READFUNCTION, read);
}
static inline CURLcode ccurl_set_writer(CURL *curl, size_t (*write)(char *, size_t, size_t, void *)) {
  return (curl_easy_setopt)(curl, CURLOPT_WRITEFUNCTION, write);
}
static inline long ccurl_number(CURL *curl, CURLINFO info) {
  long value = 0;
  (curl_easy_getinfo)(curl, info, &value);
  return value;
}
static inline curl_off_t ccurl_size(CURL *curl, CURLINFO info) {
  curl_off_t value = 0;
  (curl_easy_getinfo)(curl, info, &value);
  return value;
}

/* Refuses to connect to loopback, private and reserved addresses, whatever a name resolves to: for URLs from untrusted
   sources (SSRF). */
static inline int ccurl_is_private(const struct sockaddr *address) {
  if (address->sa_family == AF_INET) {
    uint32_t host = ntohl(((const struct sockaddr_in *) address)->sin_addr.s_addr);
    return host >> 24 == 0 || host >> 24 == 10 || host >> 24 == 127 || host >> 22 == (100 << 2 | 1)
      || host >> 16 == (169 << 8 | 254) || host >> 20 == (172 << 4 | 1) || host >> 16 == (192 << 8 | 168)
      || host >> 17 == (198 << 7 | 9) || host >> 28 >= 14;
  }
  if (address->sa_family == AF_INET6) {
    const struct in6_addr *host = &((const struct sockaddr_in6 *) address)->sin6_addr;
    return (host->s6_addr[0] & 0xE0) != 0x20;
  }
  return 1;
}
static inline curl_socket_t ccurl_open_public(void *unused, curlsocktype purpose, struct curl_sockaddr *address) {
  (void) unused;
  (void) purpose;
  if (ccurl_is_private(&address->addr)) return CURL_SOCKET_BAD;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}
static inline CURLcode ccurl_set_public_only(CURL *curl) {
  return (curl_easy_setopt)(curl, CURLOPT_OPENSOCKETFUNCTION, ccurl_open_public);
}

/* A macro with a cast. */
static inline CURLcode ccurl_start(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
