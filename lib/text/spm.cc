#include <sentencepiece_processor.h>
#include <exception>
#include <string>
#include <vector>
#include "spm.h"

struct spm {
	sentencepiece::SentencePieceProcessor of;
};

/* What the library throws (memory) or returns, as a reason. */
template <typename work>
static int
reason(struct why *why, work run)
{
	try {
		auto status = run();
		return status.ok() ? 0 : why_set(why, "SentencePiece: %.200s",
			status.ToString().c_str());
	} catch (const std::exception &e) {
		return why_set(why, "SentencePiece: %.200s", e.what());
	}
}

struct spm *
spm_open(const char *bytes, size_t len, struct why *why)
{
	struct spm *s = new struct spm;

	if (!reason(why, [&] { return s->of.LoadFromSerializedProto(
	    absl::string_view(bytes, len)); }))
		return s;
	delete s;
	why_set(why, "not a SentencePiece model");
	return nullptr;
}

void
spm_close(struct spm *s)
{
	delete s;
}

int
spm_encode(const struct spm *s, struct buf *b, const char *line, size_t len,
	struct why *why)
{
	std::vector<std::string> pieces;

	if (reason(why, [&] { return s->of.Encode(absl::string_view(line, len),
	    &pieces); }))
		return -1;
	for (size_t i = 0; i < pieces.size(); i++) {
		if (i)
			buf_add(b, " ", 1);
		buf_add(b, pieces[i].data(), pieces[i].size());
	}
	return 0;
}

int
spm_decode(const struct spm *s, struct buf *b, const char *p, size_t len,
	struct why *why)
{
	std::vector<std::string> pieces;
	std::string text;
	const std::string all(p, len);

	for (size_t at = 0; at < len;) {
		size_t end = all.find(' ', at);
		end = end == std::string::npos ? len : end;
		pieces.push_back(all.substr(at, end - at));
		at = end + 1;
	}
	if (reason(why, [&] { return s->of.Decode(pieces, &text); }))
		return -1;
	buf_add(b, text.data(), text.size());
	return 0;
}

int
spm_has(const struct spm *s, const char *piece)
{
	return !s->of.IsUnknown(s->of.PieceToId(piece));
}
