// Sphinx's own scores, and more for a chapter, less for a page on the library. A result is
// [page, title, anchor, description, score, file].
var Scorer = {
  score: ([page, , , , score]) =>
    score + (page.startsWith("notebooks/") ? 100 : page.startsWith("book/api") ? -100 : 0),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
