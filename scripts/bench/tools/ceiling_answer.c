/* The request, the connection to PostgreSQL and the JSON of ceiling.c. */
#define _GNU_SOURCE
#include "ceiling.h"

#include <endian.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The columns of the statement. */
enum {
    is_liked, id, author, username, first_name, last_name, avatar, avatar_url, content, media_urls, media_type,
    visibility, likes, comments, shares, created_at, updated_at, published_at, is_active, is_private, edited_at
};

static char *end;
static const PGresult *posts;
static int row;

static void put(const char *bytes, size_t size) {
    memcpy(end, bytes, size);
    end += size;
}

#define text(literal) put(literal, sizeof literal - 1)

static void hex(char *to, const unsigned char *bytes) {
    static const char digits[] = "0123456789abcdef";
    for (int index = 0; index < 16; index++) {
        if (index == 4 || index == 6 || index == 8 || index == 10) *to++ = '-';
        *to++ = digits[bytes[index] >> 4];
        *to++ = digits[bytes[index] & 15];
    }
}

static void uuid(int column) {
    *end++ = '"';
    hex(end, (unsigned char *)PQgetvalue(posts, row, column));
    end += 36;
    *end++ = '"';
}

static void string(int column) {
    if (PQgetisnull(posts, row, column)) {
        text("null");
        return;
    }
    const char *value = PQgetvalue(posts, row, column);
    *end++ = '"';
    for (int index = 0, size = PQgetlength(posts, row, column); index < size; index++) {
        if (value[index] == '"' || value[index] == '\\') *end++ = '\\';
        if ((unsigned char)value[index] < 32) end += sprintf(end, "\\u%04x", value[index]);
        else *end++ = value[index];
    }
    *end++ = '"';
}

static void number(int column) {
    uint32_t value;
    char digits[10];
    int count = 0;
    memcpy(&value, PQgetvalue(posts, row, column), 4);
    value = be32toh(value);
    do digits[count++] = '0' + value % 10;
    while (value /= 10);
    while (count) *end++ = digits[--count];
}

static void digits(unsigned value, int count) {
    for (int index = count - 1; index >= 0; index--, value /= 10) end[index] = '0' + value % 10;
    end += count;
}

/* RFC 3339 in milliseconds. The date: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days. */
static void timestamp(int column) {
    if (PQgetisnull(posts, row, column)) {
        text("null");
        return;
    }
    uint64_t value;
    memcpy(&value, PQgetvalue(posts, row, column), 8);
    uint64_t milliseconds = be64toh(value) / 1000, second = milliseconds / 1000 % 86400;
    /* PostgreSQL counts from 2000, the algorithm from March of the year 0. */
    unsigned day = milliseconds / 86400000 + 730425, era = day / 146097, of_era = day % 146097;
    unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
    *end++ = '"';
    digits(year + era * 400 + (month >= 10), 4);
    *end++ = '-';
    digits(month < 10 ? month + 3 : month - 9, 2);
    *end++ = '-';
    digits(of_year - (153 * month + 2) / 5 + 1, 2);
    *end++ = 'T';
    digits(second / 3600, 2);
    *end++ = ':';
    digits(second / 60 % 60, 2);
    *end++ = ':';
    digits(second % 60, 2);
    *end++ = '.';
    digits(milliseconds % 1000, 3);
    text("Z\"");
}

static void post(void) {
    text("{\"id\":"); uuid(id);
    text(",\"content\":"); string(content);
    /* Binary jsonb is its text after a byte with the version. */
    text(",\"mediaUrls\":");
    put(PQgetvalue(posts, row, media_urls) + 1, PQgetlength(posts, row, media_urls) - 1);
    text(",\"mediaType\":"); string(media_type);
    text(",\"visibility\":"); string(visibility);
    text(",\"likesCount\":"); number(likes);
    text(",\"commentsCount\":"); number(comments);
    text(",\"sharesCount\":"); number(shares);
    text(",\"authorId\":"); uuid(author);
    text(",\"createdAt\":"); timestamp(created_at);
    text(",\"updatedAt\":"); timestamp(updated_at);
    text(",\"publishedAt\":"); timestamp(published_at);
    text(",\"editedAt\":"); timestamp(edited_at);
    text(",\"author\":{\"id\":"); uuid(author);
    text(",\"username\":"); string(username);
    text(",\"firstName\":"); string(first_name);
    text(",\"lastName\":"); string(last_name);
    text(",\"avatar\":"); string(avatar_url);
    text("},\"_count\":{\"likes\":"); number(likes);
    text(",\"comments\":"); number(comments);
    text("},\"isLiked\":");
    if (*PQgetvalue(posts, row, is_liked)) text("true}");
    else text("false}");
}

size_t render(const PGresult *result, int page, char *response) {
    static char body[65536];
    char next[37] = {0};
    posts = result;
    end = body;
    *end++ = '[';
    int count = PQntuples(result);
    for (row = 0; row < count && row < page; row++) {
        if (row) *end++ = ',';
        post();
    }
    *end++ = ']';
    if (count > page) hex(next, (unsigned char *)PQgetvalue(result, page - 1, id));
    int size = sprintf(
        response,
        "HTTP/1.1 200 OK\r\nDate: Tue, 01 Dec 2026 00:00:00 GMT\r\nX-Content-Type-Options: nosniff\r\n"
        "X-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\nVary: Origin\r\n"
        "Content-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\nCache-Control: no-store\r\n"
        "Link: </api/v1/posts/feed?limit=10&cursor=%s>; rel=\"next\"\r\nX-Request-Id: 0123456789abcdef\r\n\r\n",
        (int)(end - body), next);
    memcpy(response + size, body, end - body);
    return size + (end - body);
}

void find_reader(const char *request, char reader[37], unsigned char bytes[16]) {
    /* The payload of a token is {"userId":"…", in base64 (RFC 4648, section 4), of which 64 characters are 48 bytes. */
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *token = strcasestr(request, "authorization: Bearer ");
    const char *payload = token ? strchr(token, '.') : NULL;
    char decoded[48];
    if (!payload++) fail("a request without a token");
    for (int index = 0; index < 16; index++) {
        uint32_t group = 0;
        for (int part = 0; part < 4; part++)
            group = group << 6 | (strchr(alphabet, payload[index * 4 + part]) - alphabet);
        decoded[index * 3] = group >> 16;
        decoded[index * 3 + 1] = group >> 8;
        decoded[index * 3 + 2] = group;
    }
    memcpy(reader, decoded + sizeof "{\"userId\":\"" - 1, 36);
    reader[36] = 0;
    int half = 0;
    for (int index = 0; index < 36; index++) {
        if (reader[index] == '-') continue;
        int digit = reader[index] <= '9' ? reader[index] - '0' : reader[index] - 'a' + 10;
        bytes[half / 2] = half % 2 ? bytes[half / 2] | digit : digit << 4;
        half++;
    }
}

PGconn *prepare(const char *url, const char *path) {
    char statement[16384] = {0};
    FILE *file = fopen(path, "r");
    if (!file || !fread(statement, 1, sizeof statement - 1, file)) fail(path);
    fclose(file);
    const char *names[] = {"dbname", "options", NULL};
    const char *values[] = {
        url, "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off"
        " -c max_parallel_workers_per_gather=0", NULL};
    PGconn *connection = PQconnectdbParams(names, values, 1);
    PGresult *result = PQprepare(connection, "feed", statement, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) fail(PQerrorMessage(connection));
    PQclear(result);
    if (PQsetnonblocking(connection, 1) || !PQenterPipelineMode(connection)) fail("PQenterPipelineMode");
    return connection;
}
