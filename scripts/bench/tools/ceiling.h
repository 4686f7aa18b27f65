/* What the parts of the program ceiling share. */
#include <libpq-fe.h>
#include <stddef.h>

void fail(const char *what);

/* Finds the user id in the token of a request: as text, and as bytes. */
void find_reader(const char *request, char text[37], unsigned char bytes[16]);

/* Connects to PostgreSQL as the product does, and prepares the statement in a file as "feed". */
PGconn *prepare(const char *url, const char *path);

/* Writes the response to a feed of `page` posts, of one row more at most, and returns its size. */
size_t render(const PGresult *posts, int page, char *response);
