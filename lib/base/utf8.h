/* utf8.h - the little that is needed to know of characters. */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>

/* Why a line is refused; the byte, from 1, is a size_t. */
#define NOT_UTF8 "not UTF-8 in byte %zu; iconv converts other text"

/* Bytes of the character at p, of len bytes or up to a NUL; 0: it is not valid
 * (RFC 3629: no surrogates, nothing longer than needed, nothing above
 * U+10FFFF). */
size_t utf8_char(const char *p, size_t len);
/* How many bytes of p are valid; len if all are. */
size_t utf8_valid(const char *p, size_t len);
/* The character at p, which is valid and not at its end; its bytes. */
long utf8_get(const char *p, size_t *n);
/* Write c, return its bytes (1 to 4). */
size_t utf8_put(char *to, long c);
/* Bytes of the white space at p, 0 if there is none (Python's str.isspace:
 * Unicode's White_Space and U+001C to U+001F). */
size_t utf8_space(const char *p, const char *end);
/* Bytes of the byte order mark at p, of len bytes: 0 where there is none. */
size_t utf8_mark(const char *p, size_t len);

#endif
