#include <stdint.h>
#include <string.h>
#include "utf8.h"

size_t
utf8_char(const char *text, size_t len)
{
	static const long least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)text;
	size_t n = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 :
		*p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0, k;

	if (n > len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	long c = n ? utf8_get(text, &k) : 0;
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	return n;
}

size_t
utf8_valid(const char *p, size_t len)
{
	size_t i = 0, n;

	while (i < len) {
		uint64_t eight;
		if (i + 8 <= len && (memcpy(&eight, p + i, 8),
		    !(eight & 0x8080808080808080u))) {
			i += 8;
			continue;
		}
		n = utf8_char(p + i, len - i);
		if (!n)
			return i;
		i += n;
	}
	return len;
}

long
utf8_get(const char *p, size_t *n)
{
	const unsigned char *u = (const unsigned char *)p;

	*n = *u < 0x80 ? 1 : *u < 0xe0 ? 2 : *u < 0xf0 ? 3 : 4;
	long c = *n == 1 ? *u : *u & (0x7f >> *n);
	for (size_t i = 1; i < *n; i++)
		c = c << 6 | (u[i] & 0x3f);
	return c;
}

size_t
utf8_put(char *to, long c)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	if (n == 1) {
		*to = (char)c;
		return 1;
	}
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	to[0] = (char)(0xf00 >> n | c);
	return n;
}

size_t
utf8_space(const char *p, const char *end)
{
	size_t n;

	if (p == end)
		return 0;
	if (!((unsigned char)*p & 0x80))
		return *p == ' ' || (*p >= 9 && *p <= 13) ||
			(*p >= 0x1c && *p <= 0x1f);
	long c = utf8_get(p, &n);
	return c == 0x85 || c == 0xa0 || c == 0x1680 ||
		(c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
		c == 0x202f || c == 0x205f || c == 0x3000 ? n : 0;
}

size_t
utf8_mark(const char *p, size_t len)
{
	return len >= 3 && !memcmp(p, "\xef\xbb\xbf", 3) ? 3 : 0;
}
