// Sphinx's own scores, raised for a chapter and lowered for a page on the library. A result is
// [page, title, anchor, description, score, file]. Among chapters, the one that uses the words most
// often is first (ChapterWords: course/search.py).
var Scorer = {
  score: ([page, , , , score]) => {
    if (page.startsWith("book/api")) return score - 100;
    if (!page.startsWith("notebooks/")) return score;
    const query = new URLSearchParams(location.search).get("q") ?? "";
    const stemmer = new Stemmer();
    const counts = splitQuery(query.toLowerCase())
      .map((word) => globalThis.ChapterWords?.[page]?.[stemmer.stemWord(word)] ?? 0);
    return score + 100 + Math.min(90, Math.max(0, ...counts));
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
